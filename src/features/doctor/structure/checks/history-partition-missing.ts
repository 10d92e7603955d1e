import type { Fault, StructureCheck } from '../structure-check.js';

const fix =
  'SELECT dual_id.make_change_partitions(3), which `HistoryModule` does twice a day and at each start.';

/** Nothing is lost without upkeep, but no month can be dropped any more. */
export const historyPartitionMissing: StructureCheck = {
  code: 'history_partition_missing',
  finds: 'a log of the history without a partition for next month, or with changes in none',
  fix,
  find: async ({ query }) => {
    const [log] = await query<{ month: string; isMade: boolean; isReadable: boolean }>(factsSql);
    if (!log) return [];
    const faults: Fault[] = [];
    const place = 'dual_id.changes';
    if (!log.isMade) faults.push({ place, problem: `there is no partition for ${log.month}` });
    if (log.isReadable) {
      const [stray] = await query('SELECT FROM dual_id.changes_default LIMIT 1');
      const problem = 'it has changes of months that have no partition of their own';
      if (stray) faults.push({ place: 'dual_id.changes_default', problem });
    }
    return faults;
  },
};

const factsSql = `SELECT to_char(m.first AT TIME ZONE 'UTC', 'YYYY-MM') AS month,
    EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
      regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''(.*)''\\) TO \\(''(.*)''\\)') b
      WHERE i.inhparent = to_regclass('dual_id.changes')
        AND m.first >= b[1]::timestamptz AND m.first < b[2]::timestamptz) AS "isMade",
    coalesce(has_table_privilege(to_regclass('dual_id.changes_default'), 'SELECT'), false)
      AS "isReadable"
  FROM (SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month')
    AT TIME ZONE 'UTC' AS first) m
  WHERE to_regclass('dual_id.changes') IS NOT NULL`;
