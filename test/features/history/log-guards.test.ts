import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Office } from './office.js';
import { openOffice } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
  await office.sql('INSERT INTO notes VALUES (1)');
});
afterAll(() => office.stop());

const kept = /changes that were logged cannot be changed or deleted/;

async function tablesOfLog(): Promise<string[]> {
  const rows = await office.sql<{ name: string }>(
    `SELECT 'dual_id.changes' AS name UNION ALL
     SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'dual_id.changes'::regclass`,
  );
  return rows.map(({ name }) => name);
}

describe('what was logged is refused to be', () => {
  test('changed, deleted or truncated by the owner, in the log and in every partition', async () => {
    const tables = await tablesOfLog();
    expect(tables).toHaveLength(6);
    for (const table of tables) {
      await expect(office.asOwner(`UPDATE ${table} SET uuid = NULL`)).rejects.toThrow(kept);
      await expect(office.asOwner(`DELETE FROM ${table}`)).rejects.toThrow(kept);
      await expect(office.asOwner(`TRUNCATE ${table}`)).rejects.toThrow(kept);
    }
  });

  test('changed by a superuser whose session is a replica', async () => {
    const replica = `SET session_replication_role = replica`;
    const change = office.asSuperuser(`${replica}; DELETE FROM dual_id.changes`);
    await expect(change).rejects.toThrow(kept);
  });

  test('changed by one who says that a person is being erased', async () => {
    const erasing = `SELECT set_config('dual_id.erasing', gen_random_uuid()::text, false)`;
    const change = office.asOwner(`${erasing}; UPDATE dual_id.changes SET new = NULL`);
    await expect(change).rejects.toThrow(kept);
  });

  test('written, changed or read behind its guards by the role of an application', async () => {
    const denied = /permission denied/;
    const insert = `INSERT INTO dual_id.changes (table_id, operation) VALUES (1, 'I')`;
    await expect(office.sql(insert)).rejects.toThrow(denied);
    await expect(office.sql('DELETE FROM dual_id.changes')).rejects.toThrow(denied);
    await expect(office.sql('SELECT dual_id.drop_changes_before(now())')).rejects.toThrow(denied);
    await expect(office.sql(`SELECT dual_id.guard_log('notes')`)).rejects.toThrow(denied);
  });
});

test('a partition that is made later is guarded from its first moment', async () => {
  await office.sql('SELECT dual_id.make_change_partitions(5)');
  const tables = await tablesOfLog();
  expect(tables).toHaveLength(8);
  for (const table of tables) {
    await expect(office.asOwner(`DELETE FROM ${table}`)).rejects.toThrow(kept);
  }
});
