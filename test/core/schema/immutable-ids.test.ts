import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
  await guarded.sql(`INSERT INTO customers (first_name) VALUES ('Ada')`);
  await guarded.sql(`INSERT INTO billing.invoices (number) VALUES ('2026-1')`);
  await guarded.sql(`INSERT INTO roles (uuid, name) VALUES (gen_random_uuid(), 'reader')`);
  await guarded.sql(`INSERT INTO countries (slug, name) VALUES ('italy', 'Italy')`);
  await guarded.sql(`INSERT INTO notes (text) VALUES ('remember')`);
});
afterAll(() => guarded.stop());

const refused = { driverError: { code: '23000', routine: 'exec_stmt_raise' } };

describe('raw SQL', () => {
  test.each([
    ['the internal id', 'customers', 'user_id = user_id + 1'],
    ['the public id', 'customers', 'external_user_id = gen_random_uuid()'],
    ['the platform type', 'customers', 'platform_type_id = 202'],
    ['both ids at once', 'customers', 'user_id = 1, external_user_id = gen_random_uuid()'],
    ['the internal id in another schema', 'billing.invoices', 'id = id + 1'],
    ['the public id in another schema', 'billing.invoices', 'uuid = gen_random_uuid()'],
    ['the key of a guid entity', 'roles', 'uuid = gen_random_uuid()'],
    ['the type of a guid entity', 'roles', 'platform_type_id = 30'],
    ['the number of look-up data', 'countries', 'id = id + 1'],
    ['the internal id of an entity without passport', 'notes', 'id = id + 1'],
    ['the public id of an entity without passport', 'notes', 'uuid = gen_random_uuid()'],
  ])('cannot change %s', async (_what, table, assignment) => {
    const before = await guarded.sql(`SELECT * FROM ${table}`);
    await expect(guarded.sql(`UPDATE ${table} SET ${assignment}`)).rejects.toMatchObject(refused);
    expect(await guarded.sql(`SELECT * FROM ${table}`)).toEqual(before);
  });

  test('cannot change an id by the way of an upsert', async () => {
    const upsert = `INSERT INTO customers (user_id, first_name)
      SELECT user_id, 'Eve' FROM customers
      ON CONFLICT (user_id) DO UPDATE SET external_user_id = excluded.external_user_id`;
    await expect(guarded.sql(upsert)).rejects.toMatchObject(refused);
  });

  test('may write an id the value it has, and everything else', async () => {
    const change = `UPDATE customers SET user_id = user_id, external_user_id = external_user_id,
      platform_type_id = 201, visits = visits + 1`;
    await expect(guarded.sql(change)).resolves.toEqual([[], 1]);
    await expect(guarded.sql(`UPDATE countries SET slug = 'italia'`)).resolves.toEqual([[], 1]);
  });
});
