import { constraintName } from '../sql/constraint-name.js';
import { quoteIdentifier } from '../sql/quoting.js';
import type { DualIdTable } from './table-spec.js';
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
 * update. The early one also sees rows that move between partitions.
 */
export function guardColumns(
  spec: Pick<DualIdTable, 'table' | 'schema'>,
  columns: readonly string[],
  { early, late }: Guard,
): string[] {
  const { table } = quoted(spec);
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  const differs = `${row('OLD')} IS DISTINCT FROM ${row('NEW')}`;
  const make = (suffix: string, event: string) => `CREATE OR REPLACE TRIGGER
      ${quoteIdentifier(constraintName(spec.table, suffix))} ${event} ON ${table}
    FOR EACH ROW WHEN (${differs}) EXECUTE FUNCTION dual_id.refuse_identity_change()`;
  return [make(early, `BEFORE UPDATE OF ${columns.join(', ')}`), make(late, 'AFTER UPDATE')];
}
