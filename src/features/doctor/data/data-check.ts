import type { CheckWords } from '../finding.js';
import type { DataModel } from './data-model.js';
import type { RowSource } from './row-source.js';

/** A check of rows: its code, what it finds, what fixes it, and where it looks. */
export interface DataCheck extends CheckWords {
  probesOf(model: DataModel): readonly Probe[];
}

/**
 * A check of all rows of one table. In SQL the row is `r`. A condition on rows of other tables is
 * an `AND` of plain terms and `NOT EXISTS`, or reads what the source joins, so that PostgreSQL
 * joins whole tables and does no row-by-row lookups.
 */
export interface Probe {
  /** The display name of the table or column. */
  readonly place: string;
  readonly source: RowSource;
  /** An SQL condition that is true for a wrong row. */
  readonly wrong: string;
  /** What the finding needs from a wrong row, SQL expressions of type text. */
  readonly facts: readonly string[];
  readonly message: (facts: Facts) => string;
  /** What fixes a row that is not repaired. */
  readonly fix?: string;
  readonly repair?: RowRepair;
}

/** The facts about a wrong row; SQL's null is an empty string. */
export type Facts = readonly string[];

/** How wrong rows are fixed. No repair deletes the row of an entity. */
export interface RowRepair {
  /** What it does to a row. */
  readonly does: (facts: Facts) => string;
  /** An SQL condition that is true for a row that can certainly be fixed; all rows by default. */
  readonly when?: string;
  /** The statement, on `rows`: `FROM ... WHERE ...` with `r` and everything the source joins. */
  readonly statement: (rows: string) => string;
  /**
   * Tables, as SQL names them, in which the conditions look for rows that do not exist. Writes to
   * them are blocked while repair checks and changes rows, because a missing row cannot be locked.
   */
  readonly holds?: readonly string[];
  /** Triggers that refuse the statement; they are disabled for its transaction only. */
  readonly lifts?: readonly LiftedTrigger[];
}

/** A trigger of a table; the table is named as in SQL. */
export interface LiftedTrigger {
  readonly table: string;
  readonly trigger: string;
}
