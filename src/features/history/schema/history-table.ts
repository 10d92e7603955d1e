/**
 * What the log keeps of a change: which row it was (`ids`), the values of changed columns before and
 * after (`changes`), or the whole row after it as well (`rows`).
 */
export type Keep = 'ids' | 'changes' | 'rows';

/** A table whose changes are logged, for a migration. */
export interface HistoryTable {
  readonly table: string;
  readonly schema?: string;
  readonly keep: Keep;
  /** Columns that are left out: a change of nothing else is not logged. */
  readonly ignore?: readonly string[];
  /** Columns whose values are replaced by `***`: the log shows that they changed, but not to what. */
  readonly redact?: readonly string[];
  /**
   * The key column whose row the changes belong to, in a table with a composite key: the parent of
   * a detail row, the owning side of a join table. By default the first column of the key.
   */
  readonly record?: string;
  /** The key column of the other side of a join table; the log keeps that row's public id. */
  readonly related?: string;
  /** The column of the tenant. */
  readonly tenant?: string;
  /**
   * Columns that were renamed, by their old names: `{ full_name: 'name' }`. Images logged before
   * this call are read under the new names. Call it in the migration that renames.
   */
  readonly renamed?: Readonly<Record<string, string>>;
}

/** Names a table whose changes are logged. */
export type LoggedTable = Pick<HistoryTable, 'table' | 'schema'>;
