import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { addDualId, advanceSequence, dualIdDataSource } from 'nest-dual-id';
import { diagnose, diagnoseData, repairData } from 'nest-dual-id/doctor';
import { DataSource } from 'typeorm';
import type { GuardedDatabase } from '../../support/guarded-database.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { guardedEntities, tables } from '../../support/guarded-entities.js';
import type { RestrictedRole } from '../../support/restricted-role.js';
import { hideRows, restrictedRole } from '../../support/restricted-role.js';
import { fillGuarded, withoutGuards } from './sick-rows.js';

let guarded: GuardedDatabase;
let role: RestrictedRole;
/** A data source of a role that policies apply to. */
let source: DataSource;
beforeAll(async () => {
  guarded = await guardedDatabase();
});
afterAll(() => guarded.stop());
beforeEach(async () => {
  await fillGuarded(guarded);
  role = await restrictedRole(guarded.sql, guarded.url);
  source = new DataSource(dualIdDataSource({ url: role.url, entities: guardedEntities }));
  await source.initialize();
});

async function leave(): Promise<void> {
  await source.destroy();
  await role.drop();
}

const byName = `first_name = current_setting('app.name', true)`;
const everything = () =>
  Promise.all(
    ['customers', 'billing.invoices', 'documents', 'dual_id.passports'].map((table) =>
      guarded.sql(`SELECT * FROM ${table} ORDER BY 1`),
    ),
  );
const sentence = (table: string) =>
  expect.objectContaining({
    code: '42501',
    message: expect.stringMatching(
      new RegExp(
        `rows of ${table} from the role ${role.name}.*ALTER ROLE ${role.name} BYPASSRLS.*` +
          `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`,
      ),
    ),
  });

describe.each([
  ['a table with ids', 'customers', byName],
  ['a table that others refer to', 'countries', `slug = current_setting('app.name', true)`],
  ['the registry', 'dual_id.passports', `name = current_setting('app.name', true)`],
])('if a policy hides rows of %s from the doctor', (_what, table, condition) => {
  beforeEach(() => hideRows(guarded.sql, table, condition));

  test('it checks nothing, changes nothing and says which role it needs', async () => {
    const before = await everything();
    try {
      await expect(diagnoseData(source)).rejects.toEqual(sentence(table));
      await expect(repairData(source)).rejects.toEqual(sentence(table));
      await expect(repairData(source, { isDryRun: true })).rejects.toEqual(sentence(table));
    } finally {
      await leave();
    }
    expect(await everything()).toEqual(before);
  });

  test('a role with BYPASSRLS, and an owner without FORCE, see that all is well', async () => {
    try {
      await guarded.sql(`ALTER ROLE ${role.name} BYPASSRLS`);
      expect((await diagnoseData(source)).counts).toEqual([]);
      await guarded.sql(`ALTER ROLE ${role.name} NOBYPASSRLS`);
      await guarded.sql(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`);
      expect((await diagnoseData(source)).counts).toEqual([]);
      expect(await repairData(source)).toMatchObject({ actions: 0, refused: [] });
    } finally {
      await leave();
    }
  });
});

test('the doctor of tables refuses as well, and all tables are named at once', async () => {
  await hideRows(guarded.sql, 'customers', byName);
  await hideRows(guarded.sql, 'documents', 'false');
  try {
    const refusal = expect.objectContaining({
      message: expect.stringContaining('rows of customers, documents from'),
    });
    await expect(diagnose({ dataSource: source })).rejects.toEqual(refusal);
  } finally {
    await leave();
  }
});

test('a policy that is added during a repair ends it', async () => {
  await withoutGuards(guarded, [`UPDATE customers SET first_name = first_name || '!'`]);
  await hideRows(guarded.sql, 'documents', 'false');
  await guarded.sql('ALTER TABLE documents NO FORCE ROW LEVEL SECURITY');
  await guarded.sql(`CREATE FUNCTION force() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN ALTER TABLE documents FORCE ROW LEVEL SECURITY; RETURN NULL; END $$`);
  await guarded.sql(`CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON dual_id.passports
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION force()`);
  let actions = 0;
  try {
    const repair = repairData(source, { onAction: () => (actions += 1) });
    await expect(repair).rejects.toEqual(sentence('documents'));
  } finally {
    await leave();
  }
  expect(actions).toBe(2);
});

describe('a migration of the role', () => {
  test('is refused if it would follow only some of the rows', async () => {
    await hideRows(guarded.sql, 'customers', byName);
    const names = 'SELECT name FROM dual_id.passports WHERE platform_type_id = 201 ORDER BY 1';
    const before = await guarded.sql(names);
    const migrate = (work: (query: (sql: string) => Promise<unknown>) => Promise<unknown>) =>
      source.transaction(({ queryRunner }) => work((sql) => queryRunner!.query(sql)));
    try {
      const spec = { ...tables.customers, namedBy: ['first_name'] };
      await expect(migrate((query) => addDualId({ query }, spec))).rejects.toMatchObject({
        driverError: { code: '42501' },
      });
      const start = { table: 'customers', column: 'user_id', startWith: 1 };
      await expect(migrate((query) => advanceSequence({ query }, start))).rejects.toMatchObject({
        driverError: { code: '42501' },
      });
      // Everything else the migration reads is subject to the policy, as before.
      await migrate(async (query) => {
        await addDualId({ query }, tables.documents);
        expect(await query('SELECT 1 FROM customers')).toEqual([]);
      });
    } finally {
      await leave();
    }
    expect(await guarded.sql(names)).toEqual(before);
  });
});
