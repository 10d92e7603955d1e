import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDualId } from 'nest-dual-id';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';

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
