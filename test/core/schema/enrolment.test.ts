import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { Customer, Document, Invoice, Reading, Role } from '../../support/guarded-entities.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
beforeEach(() => guarded.sql('TRUNCATE customers, billing.invoices, documents'));
afterAll(() => guarded.stop());

/** Rows of customers that live, beside what their passports say. */
const enrolled = () =>
  guarded.sql(
    `SELECT c.first_name AS "firstName", p.name, p.entity_id = c.user_id AS same,
            p.platform_type_id AS type, p.status
     FROM customers c JOIN dual_id.passports p ON p.uuid = c.external_user_id ORDER BY 1`,
  );
const passport = (firstName: string, name = firstName) => ({
  firstName,
  name,
  same: true,
  type: 201,
  status: 'active',
});

describe('a passport is written by', () => {
  test('an INSERT of one row', async () => {
    await guarded.sql(`INSERT INTO customers (first_name, last_name) VALUES ('Ada', 'Byron')`);
    expect(await enrolled()).toEqual([passport('Ada', 'Ada Byron')]);
  });

  test('an INSERT of many rows', async () => {
    await guarded.sql(`INSERT INTO customers (first_name)
      SELECT 'c' || lpad(n::text, 4, '0') FROM generate_series(1, 2000) n`);
    const all = await enrolled();
    expect(all).toHaveLength(2000);
    expect(all[1999]).toEqual(passport('c2000'));
  });

  test('COPY', async () => {
    const client = new pg.Client({ connectionString: guarded.url });
    await client.connect();
    const copy = client.query(copyFrom('COPY customers (user_id, first_name) FROM STDIN'));
    await pipeline(Readable.from(['5\tAda\n', '6\tGrace\n']), copy);
    await client.end();
    expect(await enrolled()).toEqual([passport('Ada'), passport('Grace')]);
  });

  test('an upsert, for the new rows only', async () => {
    await guarded.sql(`INSERT INTO customers (user_id, first_name) VALUES (5, 'Ada')`);
    const upsert = `INSERT INTO customers (user_id, first_name) VALUES (5, 'Augusta'), (6, 'Grace')
      ON CONFLICT (user_id) DO`;
    await guarded.sql(`${upsert} NOTHING`);
    expect(await enrolled()).toEqual([passport('Ada'), passport('Grace')]);
    await guarded.sql(`${upsert} UPDATE SET first_name = excluded.first_name`);
    expect(await enrolled()).toEqual([passport('Augusta'), passport('Grace')]);
  });

  test('save, insert and upsert of TypeORM', async () => {
    const customers = guarded.dataSource.getRepository(Customer);
    const ada = await customers.save(customers.create({ firstName: 'Ada' }));
    expect(await guarded.passport(ada.uuid)).toMatchObject({ entity_id: ada.id, name: 'Ada' });
    await customers.save([
      customers.create({ firstName: 'B' }),
      customers.create({ firstName: 'C' }),
    ]);
    const { generatedMaps } = await customers.insert({ firstName: 'D' });
    expect(await guarded.passport(generatedMaps[0]!['uuid'] as string)).toBeDefined();
    await customers.upsert({ uuid: ada.uuid, firstName: 'Augusta' }, ['uuid']);
    expect(await enrolled()).toEqual(['Augusta', 'B', 'C', 'D'].map((name) => passport(name)));
  });

  test('an entity in another schema, of another column name or without an id of its own', async () => {
    const { manager } = guarded.dataSource;
    const invoice = await manager.save(manager.create(Invoice, { number: '1' }));
    const reading = await manager.save(manager.create(Reading, { value: 1 }));
    const role = await manager.save(manager.create(Role, { name: 'reader' }));
    expect(await guarded.passport(invoice.uuid)).toMatchObject({
      entity_id: invoice.id,
      guid: false,
    });
    expect(await guarded.passport(reading.uuid)).toMatchObject({
      entity_id: reading.id,
      name: null,
    });
    expect(await guarded.passport(role.uuid)).toMatchObject({ entity_id: null, guid: true });
  });

  test('nothing when the INSERT is rolled back', async () => {
    const { manager } = guarded.dataSource;
    const document = manager.create(Document, { title: 'draft' });
    const work = guarded.database.transaction(async (inside) => {
      await inside.save(document);
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await guarded.passport(document.uuid)).toBeUndefined();
  });
});

test('new passports go to the end of the index of the key that tables refer to', async () => {
  await guarded.sql('REINDEX INDEX dual_id.passports_entity_uq');
  const pages = async () => {
    const [row] = await guarded.sql(
      `SELECT pg_relation_size('dual_id.passports_entity_uq') / 8192 AS pages`,
    );
    return Number(row!['pages']);
  };
  const before = await pages();
  await guarded.sql(`INSERT INTO customers (first_name)
    SELECT 'Ada' FROM generate_series(1, 20000)`);
  const grown = (await pages()) - before;
  await guarded.sql('REINDEX INDEX dual_id.passports_entity_uq');
  expect(grown).toBeLessThanOrEqual((await pages()) - before + 2);
});
