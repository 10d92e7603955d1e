import type { CheckWords } from '../finding.js';
import type { DataModel } from './data-model.js';

/** A check of rows: its code, what it finds and cures, and where it looks. */
export interface DataCheck extends CheckWords {
  probesOf(model: DataModel): readonly Probe[];
}

/**
 * One question to all rows of one table. In SQL the row is `r`. A condition that looks for rows of
 * other tables is an `AND` of plain terms and `NOT EXISTS`, or reads what the source joins: so
 * that PostgreSQL joins whole tables and looks nothing up row by row.
 */
export interface Probe {
  /** The table or the column, as people name it. */
  readonly place: string;
  readonly source: RowSource;
  /** True of a row that is wrong, an SQL condition. */
  readonly wrong: string;
  /** What people need to know of a wrong row, SQL expressions of type text. */
  readonly facts: readonly string[];
  readonly says: (facts: Facts) => string;
  /** What cures a row that is not repaired. */
  readonly cure?: string;
  readonly repair?: RowRepair;
}

/** The facts of a wrong row; SQL's null is an empty word. */
export type Facts = readonly string[];

/** Where rows come from, and the key they are paged by. */
export interface RowSource {
  /** A table, or a query in parentheses. */
  readonly table: string;
  readonly key: readonly KeyColumn[];
  /** True of the rows that are meant, an SQL condition; all of the table by default. */
  readonly only?: string;
  /** What a row is joined with, at most one row to each. */
  readonly joins?: string;
  /** Locks what a row is joined with; `rows` is `FROM ... WHERE ...` without the joins. */
  readonly lockJoined?: (rows: string) => string;
  /** A query in parentheses has no rows that could be locked. */
  readonly isVirtual?: boolean;
}

/** A column of a key, and its type for SQL. */
export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

/** How wrong rows are put right. No repair deletes the row of an entity. */
export interface RowRepair {
  /** What it does to a row. */
  readonly does: (facts: Facts) => string;
  /** True of a row that can be put right for certain, an SQL condition; all rows by default. */
  readonly when?: string;
  /** The statement, on `rows`: `FROM ... WHERE ...` with `r` and everything the source joins. */
  readonly statement: (rows: string) => string;
  /**
   * Tables, as SQL names them, in which the conditions look for rows that are not there. Nobody
   * writes to them while repair looks and changes, for what is not there cannot be locked.
   */
  readonly holds?: readonly string[];
  /** Triggers that refuse the statement; they are off for its transaction only. */
  readonly lifts?: readonly LiftedTrigger[];
}

/** A trigger of a table, as SQL names the table. */
export interface LiftedTrigger {
  readonly table: string;
  readonly trigger: string;
}
