import type { HistoryTable } from './history-table.js';
import type { RecordKey } from './record-key.js';

/** A table of the log: what the migration says of it, its number, and how its rows are named. */
export interface Capture {
  readonly spec: HistoryTable;
  readonly tableId: number;
  readonly record: RecordKey;
  /** The columns that it had when it was attached. */
  readonly columns: readonly string[];
  /** Whether some of these are virtual generated columns. */
  readonly isVirtual: boolean;
  /** The table as SQL names it anywhere, where it has partitions. */
  readonly partitioned: string | undefined;
}

/** The rows before a change and after it, as a trigger of the table calls them. */
export interface ChangedRows {
  readonly old: string;
  readonly new: string;
}

/**
 * Whether each row is logged on its own. In a MERGE into a partitioned table, PostgreSQL (15 to 18)
 * puts rows into transition tables that were not changed, and leaves out others that were.
 */
export const isLoggedByRow = ({ partitioned }: Capture): boolean => partitioned !== undefined;

/** One row, or the transition tables of a statement. */
export function changedRows({ partitioned }: Capture): ChangedRows {
  if (partitioned === undefined) return { old: 'old_rows', new: 'new_rows' };
  // The statement names the table, so that sessions plan it again once a column changes.
  const where = `WHERE NOT EXISTS (SELECT FROM ${partitioned} WHERE false)`;
  return { old: `(SELECT OLD.* ${where})`, new: `(SELECT NEW.* ${where})` };
}
