import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { diagnose } from 'nest-dual-id/doctor';
import { addHistory, removeHistory } from 'nest-dual-id/history';
import type { Office } from '../history/office.js';
import { openOffice } from '../history/office.js';
import { runFix } from './run-fix.js';

/** An office that logs a partitioned table too, one of whose partitions came later. */
async function openClinic(): Promise<Office> {
  const made = await openOffice();
  await made.asOwner(`CREATE TABLE visits (id bigint, day date, PRIMARY KEY (id, day))
    PARTITION BY RANGE (day)`);
  await made.owner.transaction((runner) => addHistory(runner, { table: 'visits', keep: 'rows' }));
  await made.asOwner(
    `CREATE TABLE visits_2026 PARTITION OF visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`,
  );
  return made;
}

let office: Office;
beforeAll(async () => {
  office = await openClinic();
});
afterAll(() => office.stop());

const months = (ahead: number) => {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead));
  return month.toISOString().slice(0, 7);
};
const partition = (ahead: number) => `dual_id.changes_${months(ahead).replace('-', '_')}`;

/** Findings of the history, without those about sequences. */
const findings = async () =>
  (await diagnose({ dataSource: office.owner })).filter(({ code }) => /history|change/.test(code));

test('a log as it should be has no findings, with partitioned tables and new partitions too', async () => {
  expect(await findings()).toEqual([]);
});

describe.each([
  {
    what: 'a guard of the log that was dropped',
    by: 'DROP TRIGGER changes_kept ON dual_id.changes',
    place: 'dual_id.changes',
    code: 'history_guard_missing',
    says: /is missing/,
  },
  {
    what: 'a guard of a partition that was dropped',
    by: `DROP TRIGGER changes_kept ON ${partition(1)}`,
    place: partition(1),
    code: 'history_guard_missing',
    says: /is missing/,
  },
  {
    what: 'a guard that is disabled',
    by: 'ALTER TABLE dual_id.changes DISABLE TRIGGER changes_kept',
    place: 'dual_id.changes',
    code: 'history_guard_missing',
    says: /does not fire in every session/,
  },
  {
    what: 'a guard that a replica does not fire',
    by: 'ALTER TABLE dual_id.changes_default ENABLE TRIGGER changes_kept',
    place: 'dual_id.changes_default',
    code: 'history_guard_missing',
    says: /does not fire in every session/,
  },
  {
    what: 'a guard that lets a change pass',
    by: `CREATE OR REPLACE TRIGGER changes_kept BEFORE UPDATE ON ${partition(0)}
      FOR EACH STATEMENT EXECUTE FUNCTION dual_id.refuse_log_change();
      ALTER TABLE ${partition(0)} ENABLE ALWAYS TRIGGER changes_kept`,
    place: partition(0),
    code: 'history_guard_missing',
    says: /does not refuse every change/,
  },
  {
    what: 'a trigger of a logged table that was dropped',
    by: 'DROP TRIGGER people_enrol_logged ON people',
    place: 'people',
    code: 'history_trigger_missing',
    says: /missing: insert$/,
  },
  {
    what: 'a trigger of a logged table that only a replica fires',
    by: 'ALTER TABLE notes ENABLE REPLICA TRIGGER notes_truncate_logged',
    place: 'notes',
    code: 'history_trigger_missing',
    says: /disabled: truncate$/,
  },
  {
    what: 'triggers of a logged table that are disabled',
    by: 'ALTER TABLE orders DISABLE TRIGGER USER',
    place: 'orders',
    code: 'history_trigger_missing',
    says: /disabled: insert, update, delete, truncate$/,
  },
  {
    what: 'a trigger that is disabled on one partition of a logged table',
    by: 'ALTER TABLE visits_2026 DISABLE TRIGGER visits_update_logged',
    place: 'visits',
    code: 'history_trigger_missing',
    says: /disabled: update$/,
  },
  {
    what: 'a logged table with another key',
    by: `ALTER TABLE notes DROP CONSTRAINT notes_pkey, ADD COLUMN number integer PRIMARY KEY`,
    place: 'notes',
    code: 'history_outdated',
    says: /the key is \(number\), the log names rows by \(id\)/,
  },
  {
    what: 'a renamed table',
    by: 'ALTER TABLE notes RENAME TO remarks',
    place: 'notes',
    code: 'history_table_missing',
    says: /now called remarks/,
  },
  {
    what: 'a table that is gone',
    by: 'DROP TABLE notes',
    place: 'notes',
    code: 'history_table_missing',
    says: /does not exist/,
  },
  {
    what: 'a sequence with a cache',
    by: 'ALTER SEQUENCE dual_id.change_ids CACHE 20',
    place: 'dual_id.change_ids',
    code: 'change_order_lost',
    says: /CACHE is 20/,
  },
  {
    what: 'a month to come without a partition',
    by: `DROP TABLE ${partition(1)}`,
    place: 'dual_id.changes',
    code: 'history_partition_missing',
    says: new RegExp(`no partition for ${months(1)}`),
  },
  {
    what: 'changes of a month without a partition',
    by: `INSERT INTO dual_id.changes (occurred_at, table_id, operation) VALUES ('2044-01-01', 1, 'I')`,
    place: 'dual_id.changes_default',
    code: 'history_partition_missing',
    says: /no partition of their own/,
  },
])('$what', ({ by, code, place, says }) => {
  let own: Office;
  beforeEach(async () => {
    own = await openClinic();
  });
  afterEach(() => own.stop());

  test(`is found as ${code}, and the fix mends it`, async () => {
    await own.asSuperuser(by);
    const found = async () =>
      (await diagnose({ dataSource: own.owner })).filter(
        ({ code: one, place: at }) => /^(history|change)_/.test(one) || at.startsWith('dual_id.'),
      );
    const [finding, ...others] = await found();
    expect(finding).toMatchObject({ code, place, problem: expect.stringMatching(says) });
    expect(others).toEqual([]);
    await runFix(own, finding!);
    expect(await found()).toEqual([]);
  });
});

test('numbers of changes that would be handed out again are found', async () => {
  await office.sql('INSERT INTO notes VALUES (1), (2), (3)');
  await office.asOwner(`SELECT setval('dual_id.change_ids', 1)`);
  const found = await diagnose({ dataSource: office.owner });
  expect(found.map(({ code, place }) => `${code} ${place}`)).toContain(
    'sequence_behind dual_id.changes.change_id',
  );
});

test('a database without the history has no findings of it', async () => {
  for (const table of [
    'people',
    'roles',
    'person_roles',
    'orders',
    'order_items',
    'notes',
    'visits',
  ])
    await office.owner.transaction((runner) => removeHistory(runner, { table }));
  await office.asOwner('DROP VIEW dual_id.change_log');
  await office.asOwner('DROP TABLE dual_id.changes, dual_id.history_tables CASCADE');
  expect(await findings()).toEqual([]);
});
