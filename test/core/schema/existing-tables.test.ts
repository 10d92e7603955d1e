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
  guarded.owner.transaction(async ({ queryRunner }) => {
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

describe('a table with a primary key of its own', () => {
  const keysOf = (table: string) =>
    guarded.sql(`SELECT conname, pg_get_constraintdef(oid) AS is FROM pg_constraint
      WHERE conrelid = '${table}'::regclass AND contype = 'p'`);

  test.each([
    ['addDualId', addDualId, 'id bigserial PRIMARY KEY', 'id'],
    ['addDualId', addDualId, 'id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY', 'id'],
    ['addGuidId', addGuidId, 'uuid uuid DEFAULT gen_random_uuid() PRIMARY KEY', 'uuid'],
    ['addReferenceId', addReferenceId, 'id serial PRIMARY KEY, slug text NOT NULL', 'id'],
  ])('keeps it in %s, under the name that the entity maps', async (_name, add, columns, key) => {
    await guarded.sql('DROP TABLE IF EXISTS own CASCADE');
    await guarded.owner.query(`CREATE TABLE own (${columns}, label text)`);
    await guarded.owner.query(
      `CREATE TABLE referring (own ${key === 'id' ? 'bigint' : key} REFERENCES own)`,
    );
    await migrate((query) => add({ query }, { table: 'own' }));
    await migrate((query) => add({ query }, { table: 'own' }));
    expect(await keysOf('own')).toEqual([{ conname: 'own_pk', is: `PRIMARY KEY (${key})` }]);
    await guarded.sql('DROP TABLE referring');
  });

  test('is enrolled with the ids it has, and new ones follow them', async () => {
    await guarded.owner.query(
      'CREATE TABLE prints (id bigserial CONSTRAINT prints_key PRIMARY KEY)',
    );
    await guarded.sql('INSERT INTO prints (id) VALUES (7)');
    const spec = { table: 'prints', type: { id: 214, name: 'print' } };
    await migrate((query) => addDualId({ query }, spec));
    await guarded.sql('INSERT INTO prints DEFAULT VALUES');
    const ids = await guarded.sql(`SELECT entity_id FROM dual_id.passports
      WHERE platform_type_id = 214 ORDER BY 1`);
    expect(ids).toEqual([{ entity_id: '7' }, { entity_id: '8' }]);
  });

  test.each([
    ['of other columns', 'id bigserial, code text PRIMARY KEY', '(code)'],
    ['of more columns', 'id bigserial, code text, PRIMARY KEY (id, code)', '(id, code)'],
    ['that is deferrable', 'id bigserial PRIMARY KEY DEFERRABLE', '(id) DEFERRABLE'],
  ])('%s is refused with what is needed', async (_what, columns, found) => {
    await guarded.sql('DROP TABLE IF EXISTS own CASCADE');
    await guarded.owner.query(`CREATE TABLE own (${columns})`);
    await expect(migrate((query) => addDualId({ query }, { table: 'own' }))).rejects.toMatchObject({
      message: expect.stringContaining(`own_pkey of "own" is not what is needed: ${found}`),
      driverError: { hint: expect.stringContaining('Make it PRIMARY KEY (id)') },
    });
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
