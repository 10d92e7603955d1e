import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Office } from './office.js';
import { openOffice } from './office.js';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.stop());

interface Partition {
  readonly name: string;
  readonly bounds: string;
  readonly rows: number;
}

const partitions = () =>
  office.asOwner<Partition>(
    `SELECT c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bounds,
       (SELECT count(*)::integer FROM dual_id.changes l WHERE l.tableoid = c.oid) AS rows
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = 'dual_id.changes'::regclass ORDER BY 1`,
  );

/** A change that was logged at a time, as a clock that was wrong would have it. */
const logAt = (time: string) =>
  office.asOwner(
    `INSERT INTO dual_id.changes (occurred_at, table_id, operation, record_id)
     VALUES ('${time}', 6, 'I', 1)`,
  );

test('there are partitions for this month and three more, and one for all other times', async () => {
  const names = (await partitions()).map(({ name }) => name);
  const months = [0, 1, 2, 3].map((ahead) => {
    const now = new Date();
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead));
    return `changes_${month.toISOString().slice(0, 7).replace('-', '_')}`;
  });
  expect(names).toEqual([...months, 'changes_default']);
});

test('any instance makes more of them, and many at once make each of them once', async () => {
  const made = await Promise.all(
    [1, 2, 3, 4].map(async () => {
      const [row] = await office.sql('SELECT dual_id.make_change_partitions(9) AS made');
      return row!['made'] as number;
    }),
  );
  expect(made.toSorted()).toEqual([0, 0, 0, 6]);
  expect(await partitions()).toHaveLength(11);
});

test.each([
  ['SQL, DMY', 'Asia/Kolkata'],
  ['Postgres, MDY', 'Asia/Shanghai'],
])('they are months of UTC in a session that spells times as %s of %s', async (style, zone) => {
  await office.asOwner(
    `SET DateStyle = '${style}'; SET TimeZone = '${zone}';
     SELECT dual_id.make_change_partitions(9); RESET DateStyle; SET TimeZone = 'UTC'`,
  );
  const bounds = (await partitions()).map((one) => one.bounds).join('\n');
  expect(bounds.match(/\d{4}-\d\d-01 00:00:00\+00/g)).toHaveLength(20);
  await office.asOwner(
    `SET DateStyle = '${style}'; SET TimeZone = '${zone}';
     SELECT dual_id.drop_changes_before(
       date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' + interval '35 days');
     RESET DateStyle; SET TimeZone = 'UTC'`,
  );
  expect(await partitions()).toHaveLength(10);
});

test('what was logged for a time without a month of its own gets one', async () => {
  await logAt('2031-05-17');
  await logAt('2031-07-01');
  await office.sql('SELECT dual_id.make_change_partitions(0)');
  const late = (await partitions()).find(({ name }) => name === 'changes_2031_05_late');
  expect(late).toMatchObject({ rows: 2, bounds: expect.stringMatching(/2031-05-01.*2031-08-01/) });
  await logAt('2032-01-01');
  expect((await partitions()).at(-1)).toMatchObject({ name: 'changes_default', rows: 1 });
  const change = office.asOwner('DELETE FROM dual_id.changes_2031_05_late');
  await expect(change).rejects.toThrow(/cannot be changed or deleted/);
});

test('whole months are dropped at the end of a retention, and leave a row that says so', async () => {
  await logAt('2020-01-17');
  await office.sql('SELECT dual_id.make_change_partitions(0)');
  await logAt('2020-02-03');
  await office.sql('SELECT dual_id.make_change_partitions(0)');
  const drop = (time: string) =>
    office.asOwner(`SELECT dual_id.drop_changes_before('${time}') AS dropped`);
  expect(await drop('2020-01-31T23:59:59Z')).toEqual([{ dropped: 0 }]);
  expect(await drop('2020-02-01T00:00:00Z')).toEqual([{ dropped: 1 }]);
  const [row] = await office.sql(
    'SELECT *, to_time::text AS until, last_transaction_id::text AS last FROM dual_id.dropped_changes',
  );
  expect(row).toMatchObject({
    partition_name: 'changes_2020_01_late',
    change_count: '1',
    dropped_by: 'test_owner',
    last: expect.stringMatching(/^\d+$/),
  });
  const [left] = await office.sql('SELECT count(*)::integer AS left FROM dual_id.changes');
  expect(left).toEqual({ left: 1 });
});
