import { idColumnOf, isFileColumn } from './entry-columns.js';
import { ImportError } from './import-error.js';
import type { FileColumn, ImportColumn, ImportFile, ValueColumn } from './import-plan.js';
import type { TargetColumn, TargetTable } from './target-table.js';

/** A column of the plan with its column of the table and, mostly, its field of the file. */
export interface BoundColumn {
  readonly target: TargetColumn;
  readonly source: ImportColumn;
  /** Column of the staging table with the field; absent for values no file holds. */
  readonly staged: string | undefined;
  /** What a person calls it: the header where there is one. */
  readonly label: string;
}

/** A bound column that a field fills. */
export type BoundField = BoundColumn & { readonly source: FileColumn; readonly staged: string };

/** The staging table's name of the n-th field of a record, counted from 0. */
export function stagedName(index: number): string {
  return `field_${index}`;
}

/** Whether a column is filled from a field of this very file. */
export function isField(column: BoundColumn): column is BoundField {
  return column.staged !== undefined;
}

/**
 * Binds the entry's columns to the table and the headers. Optional columns without a header and
 * without a substitute are left to the table's default.
 */
export function bindColumns(
  entry: ImportFile,
  target: TargetTable,
  headers: readonly string[],
): BoundColumn[] {
  return Object.entries(entry.columns).flatMap(([name, source]): BoundColumn[] => {
    const column = targetColumn(target, name);
    if (!isFileColumn(source)) {
      const label = labelOfValue(name, source, entry);
      return [{ target: column, source, staged: undefined, label }];
    }
    const index = headers.indexOf(source.from);
    if (index < 0 && source.otherwise === undefined) return [];
    const staged = index < 0 ? undefined : stagedName(index);
    return [{ target: column, source, staged, label: index < 0 ? name : source.from }];
  });
}

/** What is made of one column of the file is called as that one is: who reads it knows the file. */
function labelOfValue(name: string, value: ValueColumn, { columns }: ImportFile): string {
  if (!('sql' in value)) return name;
  const [first, ...others] = value.sql.match(/(?<=\bimported\.)\w+/g) ?? [];
  const source = first === undefined ? undefined : columns[first];
  if (!source || !isFileColumn(source) || others.some((other) => other !== first)) return name;
  return source.from;
}

/** The column that keeps an entry's historical id. Throws when the entry has none. */
export function requiredIdColumn(entry: ImportFile): string {
  const id = idColumnOf(entry);
  if (id === undefined) throw new ImportError(`The plan for ${entry.file} has no id. Map it.`);
  return id;
}

/** Whether two lists hold the same names. */
export function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}

/** A column of the table by its name. Throws an `ImportError` without one. */
export function targetColumn(target: TargetTable, name: string): TargetColumn {
  const column = target.columns.get(name);
  if (column) return column;
  throw new ImportError(
    `The table ${target.name} has no column ${name} to fill. Correct the plan, or migrate first.`,
  );
}
