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

describe('a BEFORE trigger of the application', () => {
  const set = (name: string, assignments: string) => `CREATE FUNCTION ${name}() RETURNS trigger
    LANGUAGE plpgsql AS $$ BEGIN ${assignments}; RETURN NEW; END $$`;
  // Names of triggers decide their order: one runs before the guards, one behind.
  const places = ['a', 'zz'].flatMap((name) => [
    [name, 'customers', 'visits = visits + 1', 'NEW.external_user_id := gen_random_uuid()'],
    [name, 'customers', 'visits = visits + 1', 'NEW.user_id := NEW.user_id + 1000'],
    [name, 'billing.invoices', `number = 'x'`, 'NEW.uuid := gen_random_uuid()'],
    [name, 'roles', `name = 'x'`, 'NEW.uuid := gen_random_uuid()'],
    [name, 'countries', `name = 'x'`, 'NEW.id := NEW.id + 1'],
    [name, 'notes', `text = 'x'`, 'NEW.uuid := gen_random_uuid(); NEW.id := NEW.id + 1'],
    [name, 'notes', 'uuid = uuid', 'NEW.uuid := gen_random_uuid()'],
  ]) as [string, string, string, string][];

  test.each(places)(
    'called %s on %s does not change an id: %s, %s',
    async (name, table, update, assignments) => {
      const before = await guarded.sql(`SELECT * FROM ${table}`);
      await guarded.sql(set('meddle', assignments));
      await guarded.sql(`CREATE TRIGGER ${name}_meddle BEFORE UPDATE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION meddle()`);
      try {
        const change = guarded.sql(`UPDATE ${table} SET ${update}`);
        await expect(change).rejects.toMatchObject(refused);
      } finally {
        await guarded.sql('DROP FUNCTION meddle CASCADE');
      }
      expect(await guarded.sql(`SELECT * FROM ${table}`)).toEqual(before);
    },
  );

  test('does not give a row the identity of a tombstone', async () => {
    await guarded.sql(`INSERT INTO customers (first_name) VALUES ('Old')`);
    await guarded.sql(`DELETE FROM customers WHERE first_name = 'Old'`);
    await guarded.sql(
      set(
        'take_over',
        `SELECT uuid, entity_id INTO NEW.external_user_id, NEW.user_id
      FROM dual_id.passports WHERE status = 'deleted' AND platform_type_id = 201`,
      ),
    );
    await guarded.sql(`CREATE TRIGGER a_take_over BEFORE UPDATE ON customers
      FOR EACH ROW EXECUTE FUNCTION take_over()`);
    const change = guarded.sql('UPDATE customers SET visits = visits + 1');
    await expect(change).rejects.toMatchObject(refused);
    await guarded.sql('DROP FUNCTION take_over CASCADE');
  });

  test('may set everything else', async () => {
    await guarded.sql(
      set('count_visit', 'NEW.visits := NEW.visits + 1; NEW.user_id := OLD.user_id'),
    );
    await guarded.sql(`CREATE TRIGGER a_count BEFORE UPDATE ON customers
      FOR EACH ROW EXECUTE FUNCTION count_visit()`);
    await expect(guarded.sql(`UPDATE customers SET first_name = 'Ada'`)).resolves.toEqual([[], 1]);
    await guarded.sql('DROP FUNCTION count_visit CASCADE');
  });
});
