import { hasRoles } from './definer.js';
import type { DualIdTable } from './table-spec.js';
import { constraintName, quoteIdentifier } from './names.js';
import { quoted } from './table-spec.js';

/** Which guard: of a table's own ids, or of its link to a passport. */
interface Guard {
  readonly early: string;
  readonly late: string;
}

/** The names of a guard's triggers end so. */
export const idGuard: Guard = { early: 'immutable', late: 'ids_kept' };
export const linkGuard: Guard = { early: 'master_kept', late: 'master_still_kept' };

/**
 * Refuses a change of columns twice: a statement that sets one before anything else is done, and
 * what became of the row afterwards, for a BEFORE trigger of the application may set them in any
 * update. The early one also sees rows that move between partitions; the late one is of version 7.
 */
export function guardColumns(
  spec: Pick<DualIdTable, 'table' | 'schema'>,
  columns: readonly string[],
  { early, late }: Guard,
): string[] {
  const { table } = quoted(spec);
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  const differ = columns.map((column) => `OLD.${column} IS DISTINCT FROM NEW.${column}`);
  const make = (suffix: string, event: string, condition: string) => `CREATE OR REPLACE TRIGGER
      ${quoteIdentifier(constraintName(spec.table, suffix))} ${event} ON ${table}
    FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION dual_id.refuse_identity_change()`;
  return [
    make(
      early,
      `BEFORE UPDATE OF ${columns.join(', ')}`,
      `${row('OLD')} IS DISTINCT FROM ${row('NEW')}`,
    ),
    // PostgreSQL writes this form as it reads it, so that an upgrade makes the same of the other.
    `DO $make$ BEGIN
       IF ${hasRoles} THEN ${make(late, 'AFTER UPDATE', differ.join(' OR '))}; END IF;
     END $make$`,
  ];
}

/** Gives tables that have the early guard the late one; part of version 7. */
export const identityGuardUp = [
  forEachGuard(
    'BEFORE',
    `EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER UPDATE ON %s%s',
       CASE WHEN length(late) <= 50 AND octet_length(late) <= 63 THEN late
         ELSE left(late, (SELECT max(n) FROM generate_series(1, 41) n
             WHERE octet_length(left(late, n)) <= 54))
           || '_' || left(encode(sha256(convert_to(late, 'UTF8')), 'hex'), 8)
       END, guard.tgrelid::regclass,
       substring(pg_get_triggerdef(guard.oid) FROM ' FOR EACH ROW WHEN .*$'));`,
  ),
];

export const identityGuardDown = [
  forEachGuard(
    'AFTER',
    `EXECUTE format('DROP TRIGGER %I ON %s', guard.tgname, guard.tgrelid::regclass);`,
  ),
];

/** Bit 2 of a trigger's type says BEFORE; partitions have their triggers from their parent. */
function forEachGuard(when: 'BEFORE' | 'AFTER', work: string): string {
  return `DO $do$ DECLARE guard record; late text; BEGIN
    FOR guard IN SELECT g.oid, g.tgname, g.tgrelid, c.relname,
        ARRAY['master_id', 'master_uuid'] <@ ARRAY(SELECT a.attname::text FROM pg_attribute a
          WHERE a.attrelid = g.tgrelid AND a.attnum = ANY (g.tgattr)) AS is_link
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
      WHERE g.tgfoid = 'dual_id.refuse_identity_change()'::regprocedure AND g.tgparentid = 0
        AND c.relnamespace <> 'dual_id'::regnamespace AND g.tgtype & 2 = ${when === 'BEFORE' ? 2 : 0}
    LOOP
      late := guard.relname
        || CASE WHEN guard.is_link THEN '_${linkGuard.late}' ELSE '_${idGuard.late}' END;
      ${work}
    END LOOP;
  END $do$`;
}
