import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDualId, addGuidId, addReferenceId } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { tables } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());

/** Runs a migration as TypeORM does: in one transaction. */
const migrate = (...steps: ((query: (sql: string) => Promise<unknown>) => Promise<void>)[]) =>
  guarded.dataSource.transaction(async ({ queryRunner }) => {
    for (const step of steps) await step((sql) => queryRunner!.query(sql));
  });
const run = (sql: string) => async (query: (sql: string) => Promise<unknown>) =>
  void (await query(sql));
const enrolled = (table: string) =>
  guarded.sql(`SELECT p.name, p.status FROM ${table} t JOIN dual_id.passports p
    ON (p.uuid, p.entity_id) = (t.uuid, t.id) ORDER BY p.name, p.status`);

describe('a table with rows', () => {
  const albums = {
    table: 'albums',
    type: { id: 210, name: 'album' },
    namedBy: ['title'],
    deletedAt: 'deleted_at',
  };

  test('gets both ids, and a passport for each of its rows', async () => {
    await migrate(
      run(`CREATE TABLE albums AS SELECT 'a' || n AS title, NULL::timestamptz AS deleted_at
           FROM generate_series(1, 3) n`),
      run(`UPDATE albums SET deleted_at = '1999-12-31' WHERE title = 'a3'`),
      (query) => addDualId({ query }, albums),
    );
    expect(await enrolled('albums')).toEqual([
      { name: 'a1', status: 'active' },
      { name: 'a2', status: 'active' },
      { name: 'a3', status: 'deleted' },
    ]);
  });

  test('takes it a second time and changes nothing', async () => {
    const everything = 'SELECT p.*, t.* FROM albums t JOIN dual_id.passports p USING (uuid)';
    const before = await guarded.sql(everything);
    await migrate((query) => addDualId({ query }, albums));
    expect(await guarded.sql(everything)).toEqual(before);
    await guarded.sql(`INSERT INTO albums (title) VALUES ('a4')`);
    expect(await enrolled('albums')).toHaveLength(4);
  });

  test('has its passports follow what the last call declared, and no more', async () => {
    const { table, type } = albums;
    await guarded.sql(`UPDATE dual_id.passports SET status = 'archived' WHERE name = 'a1'`);
    await migrate((query) => addDualId({ query }, { table, type }));
    expect(await enrolled('albums')).toEqual([
      ...Array.from({ length: 3 }, () => ({ name: null, status: 'active' })),
      { name: null, status: 'archived' },
    ]);
    await guarded.sql('ALTER TABLE albums DROP COLUMN deleted_at');
    await guarded.sql(`UPDATE albums SET title = 'b' || title`);
    await guarded.sql(`INSERT INTO albums (title) VALUES ('b')`);
    expect((await enrolled('albums')).every(({ name }) => name === null)).toBe(true);
    await migrate((query) => addDualId({ query }, { table, type, namedBy: ['title'] }));
    expect((await enrolled('albums')).map(({ name }) => name)).toEqual([
      'b',
      'ba1',
      'ba2',
      'ba3',
      'ba4',
    ]);
  });

  test('is refused while one of its uuids is another entity', async () => {
    await guarded.sql('INSERT INTO readings (value) VALUES (1)');
    const rows = `CREATE TABLE stolen AS SELECT uuid FROM readings`;
    for (const add of [addDualId, addGuidId]) {
      const spec = { table: 'stolen', type: { id: 211, name: 'stolen' } };
      await expect(migrate(run(rows), (query) => add({ query }, spec))).rejects.toMatchObject({
        driverError: { constraint: 'passports_uuid_uq' },
      });
    }
  });
});

describe('every schema function', () => {
  test.each([
    ['addGuidId', addGuidId, tables.roles],
    ['addReferenceId', addReferenceId, tables.countries],
    ['addDualId with own column names', addDualId, tables.customers],
    ['addDualId in another schema', addDualId, tables.invoices],
    ['addDualId without a type', addDualId, tables.notes],
  ])('%s may run twice', async (_name, add, spec) => {
    await expect(migrate((query) => add({ query }, spec))).resolves.toBeUndefined();
  });

  test('may follow rows of the same migration, and rows may follow it', async () => {
    const shelves = { table: 'shelves', type: { id: 212, name: 'shelf' } };
    await migrate(
      run('CREATE TABLE shelves (label text)'),
      (query) => addDualId({ query }, shelves),
      run(`INSERT INTO shelves (label) VALUES ('top'), ('bottom')`),
      (query) => addDualId({ query }, { ...shelves, namedBy: ['label'] }),
      run(`INSERT INTO shelves (label) VALUES ('middle')`),
    );
    expect((await enrolled('shelves')).map(({ name }) => name)).toEqual([
      'bottom',
      'middle',
      'top',
    ]);
  });

  test.each([
    ['the number', { id: 201, name: 'shipment' }, 'platform type 201 is taken'],
    ['the name', { id: 213, name: 'customer' }, 'platform_types_name_uq'],
  ])('refuses %s of a type that another table has', async (_what, type, message) => {
    const add = migrate(run('CREATE TABLE shipments ()'), (query) =>
      addDualId({ query }, { table: 'shipments', type }),
    );
    await expect(add).rejects.toThrow(message);
  });
});
