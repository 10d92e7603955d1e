import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { urlAs } from '../../support/roles.js';
import { workspaceLines } from '../../support/workspaces/workspaces.lines.js';
import type { Release } from '../../support/workspaces/workspaces.rows.js';
import { workspaceTables } from '../../support/workspaces/workspaces.tables.js';
import { WorkspaceWriter } from '../../support/workspaces/workspaces.writer.js';
import { textsOf } from './plan-cases.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

let stock: Stock;
let writer: WorkspaceWriter;
let seeds: string[];
let names: string[];

beforeAll(async () => {
  stock = await openStock([
    ...workspaceTables,
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO test_application',
    'GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO test_application',
  ]);
  seeds = await lines('numbers');
  names = await namesOfTables();
  writer = await WorkspaceWriter.start(urlAs('application', stock.database.url));
  await writer.served(50);
});
afterAll(async () => {
  await writer?.stop();
  await stock?.stop();
});

async function lines(release: Release): Promise<string[]> {
  const rows = await stock.rows<{ line: string }>(workspaceLines(release));
  return rows.map(({ line }) => line).toSorted();
}

/** Constraints, indexes and triggers of the application, with the tables that have them. */
async function namesOfTables(): Promise<string[]> {
  const rows = await stock.rows<{ name: string }>(
    `SELECT concat_ws(' ', conrelid::regclass, conname) AS name FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u')
     UNION SELECT concat_ws(' ', tablename, indexname) FROM pg_indexes WHERE schemaname = 'public'
     UNION SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal `,
  );
  return rows.map(({ name }) => name).toSorted();
}

/** Seeds are as they were, and what the writer knows is there, by the names of a release. */
async function expectAllRows(release: Release): Promise<void> {
  await writer.use();
  const ofWriter = /^(?:space|member|safe|request|wallet)\|w/;
  const all = await lines(release);
  expect(writer.failures).toEqual([]);
  expect(all.filter((line) => !ofWriter.test(line))).toEqual(seeds);
  expect(all.filter((line) => ofWriter.test(line))).toEqual(writer.lines());
}

const untouched = () =>
  stock.rows(
    `SELECT count(*)::int FROM spaces WHERE name LIKE 'seed %' AND updated_at = created_at`,
  );

describe('workspaces with integer keys', () => {
  const request = { table: 'spaces', kind: 'add-uuid' } as const;

  test('are planned, and the triggers that the backfill fires are named', async () => {
    const plan = await stock.conversions.plan(request);
    expect(textsOf(plan, 'refused')).toBe('');
    expect(textsOf(plan, 'before-contract')).toBe('');
    expect(textsOf(plan, 'note').match(/The trigger \w+ of "public"\."\w+" fires/g)).toEqual([
      'The trigger update_spaces_updated_at of "public"."spaces" fires',
      'The trigger update_address_book_requests_updated_at of "public"."address_book_requests" fires',
      'The trigger update_updated_at of "public"."members" fires',
      'The trigger update_updated_at of "public"."space_safes" fires',
    ]);
    expect(textsOf(plan, 'note').match(/.* is called like a reference to .*/g)).toEqual([
      'space_id of "public"."space_audit_log" is called like a reference to "public"."spaces", and has no foreign key: it stays as it is.',
    ]);
  });

  test('get a UUID while the application writes, and are as before when it is taken back', async () => {
    await stock.conversions.start(await stock.conversions.plan(request));
    await writer.served(50);
    await expectAllRows('numbers');
    expect(await untouched()).toEqual([{ count: 0 }]);
    await writer.use('numbers');
    await stock.conversions.rollback('spaces');
    await writer.served(50);
    await expectAllRows('numbers');
    expect(await namesOfTables()).toEqual(names);
  }, 60_000);

  test('keep their times where triggers name columns, and all names after the contract', async () => {
    await writer.use('numbers');
    await stock.rows(`CREATE OR REPLACE TRIGGER update_spaces_updated_at
      BEFORE UPDATE OF name, status ON spaces FOR EACH ROW EXECUTE FUNCTION update_updated_at()`);
    await stock.rows(`UPDATE spaces SET updated_at = created_at WHERE name LIKE 'seed %'`);
    const before = await namesOfTables();
    const plan = await stock.conversions.plan(request);
    expect(textsOf(plan, 'note')).not.toContain('update_spaces_updated_at');
    await stock.conversions.start(plan);
    await stock.conversions.contract('spaces');
    await writer.served(50);
    await expectAllRows('numbers');
    expect(await untouched()).toEqual([{ count: 300 }]);
    expect(await namesOfTables()).toEqual([...before, 'spaces spaces_uuid_uq'].toSorted());
    expect(
      await stock.rows(`SELECT DISTINCT data_type AS type FROM information_schema.columns
        WHERE column_name = 'space_id' AND table_schema = 'public' AND table_name <> 'space_audit_log'`),
    ).toEqual([{ type: 'bigint' }]);
  }, 60_000);
});

describe('users of workspaces, by integer keys', () => {
  const request = { table: 'users', kind: 'uuid-key' } as const;

  test('get UUIDv7 keys while two releases write, and are as before when it is taken back', async () => {
    await writer.use('numbers');
    const before = await namesOfTables();
    const plan = await stock.conversions.plan(request);
    expect(textsOf(plan, 'note')).toMatch(/actor_user_id of "public"\."space_audit_log" is called/);
    await stock.conversions.start(plan);
    await writer.use('numbers', 'uuids');
    await writer.served(100);
    await expectAllRows('numbers');
    await expectAllRows('uuids');
    await writer.use('numbers');
    await stock.conversions.rollback('users');
    await writer.served(50);
    await expectAllRows('numbers');
    expect(await namesOfTables()).toEqual(before);
  }, 60_000);

  test('get them for good, with the same rows and triggers, and names of the old manner', async () => {
    const before = await namesOfTables();
    await writer.use('numbers');
    await stock.conversions.start(await stock.conversions.plan(request));
    await writer.use('uuids');
    await stock.conversions.contract('users');
    await writer.served(100);
    await expectAllRows('uuids');
    const after = await namesOfTables();
    expect(before.filter((name) => !after.includes(name))).toEqual([
      'address_book_requests FK_ABR_reviewed_by',
      'address_book_requests fk_abr_requested_by',
      'counterfactual_safe_users fk_cfsu_user_id',
      'counterfactual_safe_users idx_cfsu_user_id',
      'counterfactual_safes fk_cfs_creator_id',
      'counterfactual_safes idx_cfs_creator_id',
      'members FK_members_user_id',
      'users PK_id',
      'wallets FK_wallets_user_id',
      'wallets idx_wallets_user_id',
    ]);
    expect(after.filter((name) => !before.includes(name))).toEqual([
      'address_book_requests FK_ABR_reviewed_by_uuid',
      'address_book_requests fk_abr_requested_by_uuid',
      'counterfactual_safe_users fk_cfsu_user_uuid',
      'counterfactual_safe_users idx_cfsu_user_uuid',
      'counterfactual_safes fk_cfs_creator_uuid',
      'counterfactual_safes idx_cfs_creator_uuid',
      'members FK_members_user_uuid',
      'users users_id_uq',
      'users users_uuid_pk',
      'wallets FK_wallets_user_uuid',
      'wallets idx_wallets_user_uuid',
    ]);
  }, 60_000);
});
