import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { UniqueRule } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { headersOf } from '../source/file-import.js';
import { rowsTable } from './typed-rows.js';

/**
 * The unique indexes that rows of the file may break, the key's among them. A column that the file
 * does not fill is null in new rows, or has its default: the deletion date that the condition of a
 * partial index looks at, for one. What PostgreSQL computes for each row cannot be checked before.
 */
export function uniqueRules(run: FileImport): UniqueRule[] {
  return run.target.unique.filter(({ columns }) => {
    const rest = unfilled(run, columns);
    return rest.length < columns.length && rest.every((name) => isKnown(run, name));
  });
}

/** The rows of the file with everything a rule looks at, for a FROM. */
export function rowsForRule(run: FileImport, { columns }: UniqueRule): string {
  const rest = unfilled(run, columns).map((name) => {
    const { type, default_sql: value } = run.target.columns.get(name)!;
    return `(${value ?? 'NULL'})::${type} AS ${quoteIdentifier(name)}`;
  });
  if (rest.length === 0) return rowsTable;
  return `(SELECT typed.*, ${rest.join(', ')} FROM ${rowsTable} typed) completed`;
}

/** The columns of a rule as the file calls them. */
export function labelsOfRule(run: FileImport, { columns }: UniqueRule): string {
  const rest = unfilled(run, columns);
  return headersOf(
    run,
    columns.filter((name) => !rest.includes(name)),
  );
}

function unfilled(run: FileImport, names: readonly string[]): readonly string[] {
  return names.filter((name) => !run.columns.some(({ target }) => target.name === name));
}

function isKnown({ target }: FileImport, name: string): boolean {
  const column = target.columns.get(name);
  if (!column) return false;
  return !column.has_default || (column.default_sql !== null && !column.default_sql.includes('('));
}
