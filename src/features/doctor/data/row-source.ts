import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { CatalogTable } from '../catalog/catalog.js';
import { tableKeyOf, quotedPath } from '../catalog/catalog.js';

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
  /** The most rows of one statement, where each of them costs a lookup. */
  readonly maxRows?: number;
  /** A query in parentheses has no rows that could be locked. */
  readonly isVirtual?: boolean;
}

/** A column of a key, and its type for SQL. */
export interface KeyColumn {
  readonly name: string;
  readonly type: string;
}

/** Pages over a table by its primary key, or by place where it has none. */
export function sourceOf(table: CatalogTable): RowSource {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  const key = tableKeyOf(table).map((name): KeyColumn => ({
    name,
    type: types.get(name) ?? 'text',
  }));
  return { table: quotedPath(table), key: key.length > 0 ? key : [{ name: 'ctid', type: 'tid' }] };
}

/** A row of a table in the words of its key, SQL expressions. */
export function keyFacts({ key }: RowSource): string {
  const values = key.map(({ name }) => `'${name} ' || r.${quoteIdentifier(name)}`);
  return `concat_ws(', ', ${values.join(', ')})`;
}
