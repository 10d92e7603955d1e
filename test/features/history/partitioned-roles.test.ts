import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addHistory } from 'nest-dual-id/history';
import type { Office } from './office.js';
import { changesOf, openOffice } from './office.js';

let office: Office;
beforeAll(async () => {
  office = await openOffice([]);
  await office.asOwner(`
    CREATE TABLE shifts (id integer, month integer, tenant text, PRIMARY KEY (id, month))
      PARTITION BY LIST (month);
    CREATE TABLE shifts_1 PARTITION OF shifts FOR VALUES IN (1);
    ALTER TABLE shifts ENABLE ROW LEVEL SECURITY;
    ALTER TABLE shifts FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON shifts USING (tenant = current_setting('app.tenant', true))`);
  await office.owner.transaction((runner) => addHistory(runner, { table: 'shifts', keep: 'rows' }));
});
afterAll(() => office.stop());

const changed = async () =>
  (await changesOf(office, 'shifts')).map(({ operation, record_id }) => `${operation}${record_id}`);

test('a role that owns nothing is logged in a partitioned table of which policies hide rows from the owner too', async () => {
  const statements = [
    `INSERT INTO shifts VALUES (1, 1, 'a')`,
    'UPDATE shifts SET id = 2',
    'DELETE FROM shifts',
  ];
  for (const statement of statements) {
    await office.sql(
      `DO $$ BEGIN PERFORM set_config('app.tenant', 'a', true); ${statement}; END $$`,
    );
  }
  expect(await changed()).toEqual(['I1', 'D1', 'I2', 'D2']);
});
