import type { Fault, StructureCheck } from '../structure-check.js';

interface LogTable {
  readonly place: string;
  /** Whether there is a trigger of the guard's name. */
  readonly isNamed: boolean;
  /** Whether that is the guard, for every kind of change. */
  readonly isGuard: boolean;
}

/**
 * A guard that does not fire in every replication role, or is not on every partition: a statement
 * that names a partition fires only the partition's own triggers.
 */
export const historyGuardMissing: StructureCheck = {
  code: 'history_guard_missing',
  finds: 'the log of the history, or a partition of it, whose rows can be changed or deleted',
  fix: "SELECT dual_id.guard_log('<table>'), or ALTER TABLE <table> ENABLE ALWAYS TRIGGER changes_kept.",
  find: async ({ query }) => {
    const open = await query<LogTable>(
      `SELECT p.relid::regclass::text AS place, g.oid IS NOT NULL AS "isNamed",
         coalesce(${guardSql}, false) AS "isGuard"
       FROM pg_partition_tree(to_regclass('dual_id.changes')) p
       LEFT JOIN pg_trigger g ON g.tgrelid = p.relid AND g.tgname = 'changes_kept'
       WHERE (g.tgenabled = 'A' AND ${guardSql}) IS NOT TRUE ORDER BY p.level, 1`,
    );
    return open.map(faultOf);
  },
};

/** BEFORE (2), DELETE (8), UPDATE (16) and TRUNCATE (32), without a condition. */
const guardSql = `g.tgfoid = to_regproc('dual_id.refuse_log_change') AND g.tgtype & 58 = 58
  AND g.tgqual IS NULL`;

function faultOf({ place, isNamed, isGuard: isWhole }: LogTable): Fault {
  const add = `SELECT dual_id.guard_log('${place}').`;
  if (!isNamed) return { place, problem: 'the trigger changes_kept is missing', fix: add };
  if (isWhole)
    return {
      place,
      problem: 'the trigger changes_kept does not fire in every session',
      fix: `ALTER TABLE ${place} ENABLE ALWAYS TRIGGER changes_kept.`,
    };
  return {
    place,
    problem: 'the trigger changes_kept does not refuse every change',
    fix: `DROP TRIGGER changes_kept ON ${place}; then ${add}`,
  };
}
