import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDualId, installDualId } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { migratedFor } from '../../support/roles.js';
import { constraintName } from '../../../src/core/sql/constraint-name.js';

let guarded: GuardedDatabase;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());

test('triggers of tables whose names read alike across schemas stay apart', async () => {
  await guarded.owner.query('CREATE TABLE billing_invoices ()');
  const type = { id: 214, name: 'old invoice' };
  await addDualId(guarded.owner, { table: 'billing_invoices', type });
  await guarded.sql(`INSERT INTO billing.invoices (number) VALUES ('1')`);
  await guarded.sql('INSERT INTO billing_invoices DEFAULT VALUES');
  await guarded.sql('TRUNCATE billing.invoices');
  const rows = await guarded.sql(
    'SELECT status FROM dual_id.passports WHERE platform_type_id IN (202, 214) ORDER BY id',
  );
  expect(rows).toEqual([{ status: 'deleted' }, { status: 'active' }]);
});

test('names are quoted, and what is made of them keeps within 50 characters', async () => {
  const table = 'Very "long" names of tables that nobody should choose';
  const quoted = `"${table.replaceAll('"', '""')}"`;
  const type = { id: 215, name: `o'clock` };
  await guarded.owner.query(`CREATE TABLE ${quoted} ("What ""it"" is" text)`);
  await addDualId(guarded.owner, { table, type, namedBy: ['What "it" is'] });
  const names = await guarded.sql<{ name: string }>(
    `SELECT conname AS name FROM pg_constraint WHERE conname LIKE 'Very%' AND contype <> 'n'
     UNION ALL SELECT tgname FROM pg_trigger WHERE tgname LIKE 'Very%'
     UNION ALL SELECT proname FROM pg_proc WHERE proname LIKE 'Very%'`,
  );
  expect(names.length).toBeGreaterThan(8);
  expect(Math.max(...names.map(({ name }) => name.length))).toBeLessThanOrEqual(50);
  await guarded.sql(`INSERT INTO ${quoted} VALUES ('kept')`);
  const passports = 'SELECT name FROM dual_id.passports WHERE platform_type_id = 215';
  expect(await guarded.sql(passports)).toEqual([{ name: 'kept' }]);
});

test.each([
  ['characters of three bytes', '顧客住所電話番号郵便受取人名簿記録台帳番'],
  ['characters of four bytes', '𝒸𝓊𝓈𝓉𝑜𝓂𝑒𝓇𝓈𝒶𝓁𝓁'],
])('names of %s are kept whole, and apart from each other', async (_what, table) => {
  const type = { id: 215 + table.length, name: `type ${table.length}` };
  await guarded.owner.query(`CREATE TABLE "${table}" (deleted_at timestamptz, label text)`);
  const spec = { table, type, namedBy: ['label'], deletedAt: 'deleted_at' };
  await addDualId(guarded.owner, spec);
  const made = await guarded.sql<{ name: string }>(
    `SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal
       AND tgrelid = '"${table}"'::regclass`,
  );
  expect(made).toHaveLength(7);
  const names = ['enrol', 'entomb', 'clear', 'name', 'retire', 'immutable', 'ids_kept'];
  expect(new Set(made.map(({ name }) => name))).toEqual(
    new Set(names.map((suffix) => constraintName(table, suffix))),
  );
  await guarded.sql(`INSERT INTO "${table}" (label) VALUES ('a'), ('b')`);
  await guarded.sql(`DELETE FROM "${table}" WHERE label = 'b'`);
  const passports = await guarded.sql(
    `SELECT name, status FROM dual_id.passports WHERE platform_type_id = ${type.id} ORDER BY id`,
  );
  expect(passports).toEqual([
    { name: 'a', status: 'active' },
    { name: 'b', status: 'deleted' },
  ]);
  await expect(guarded.sql(`UPDATE "${table}" SET uuid = gen_random_uuid()`)).rejects.toMatchObject(
    { code: '23000' },
  );
});

test('the extension for similar words may live in a schema of any name', async () => {
  const { url, drop } = await emptyDatabase();
  await runSql(
    url,
    `CREATE SCHEMA "Ext ""ensions"; CREATE EXTENSION pg_trgm SCHEMA "Ext ""ensions";
     GRANT USAGE ON SCHEMA "Ext ""ensions" TO PUBLIC`,
  );
  await migratedFor(url, (runner) => installDualId(runner));
  const indexes = `SELECT pg_get_indexdef('dual_id.name_words_trigrams_ix'::regclass) AS made`;
  const [row] = await runSql<{ made: string }>(url, indexes);
  expect(row!.made).toContain('"Ext ""ensions".gin_trgm_ops');
  await drop();
});
