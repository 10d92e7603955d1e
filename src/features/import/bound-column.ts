import { ImportError } from './import-error.js';
import type { FileColumn, ImportColumn, ImportFile, ValueColumn } from './import-plan.js';
import { idColumnOf, isFileColumn, keyOf } from './import-plan.js';
import type { TargetColumn, TargetTable } from './target-table.js';

/** A column of the plan that meets a column of the table and, mostly, a field of the file. */
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

/** Tells a column that is filled from a field of this very file. */
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

/** Refuses a plan that the table cannot follow. Throws an `ImportError` with the next step. */
export function checkTarget(entry: ImportFile, target: TargetTable): void {
  for (const [name, source] of Object.entries({ ...entry.columns, ...entry.standIns })) {
    const column = targetColumn(target, name);
    if (isFileColumn(source) && !categories[source.type].includes(column.category)) {
      throw new ImportError(
        `The plan reads ${target.name}.${name} as ${source.type}, but the column is ${column.type}. ` +
          'Correct its type.',
      );
    }
  }
  for (const { name, required, has_default } of target.columns.values()) {
    if (required && !has_default && entry.columns[name] === undefined) {
      throw new ImportError(
        `The plan for ${entry.file} leaves out ${target.name}.${name}, which is required. Map it.`,
      );
    }
  }
  const key = keyOf(entry);
  if (!target.unique.some((rule) => rule.predicate === null && sameNames(rule.columns, key))) {
    throw new ImportError(
      `No unique index of ${target.name} covers the key ${key.join(', ')} of the plan. Add one.`,
    );
  }
}

/** The kinds of column that take a type of field: see the catalog's `typcategory`. */
const categories: Readonly<Record<FileColumn['type'], string>> = {
  id: 'N',
  reference: 'N',
  publicReference: 'N',
  integer: 'N',
  numeric: 'N',
  text: 'S',
  boolean: 'B',
  timestamptz: 'D',
  enum: 'ES',
};

/** The largest historical id of an entry, as a text; undefined without a start of new ids. */
export function largestHistoricalId(entry: ImportFile): string | undefined {
  return entry.startWith === undefined ? undefined : String(BigInt(entry.startWith) - 1n);
}

/** The column that keeps an entry's historical id. Throws when the entry has none. */
export function requiredIdColumn(entry: ImportFile): string {
  const id = idColumnOf(entry);
  if (id === undefined) throw new ImportError(`The plan for ${entry.file} has no id. Map it.`);
  return id;
}

/** Tells whether two lists hold the same names. */
export function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name) => others.includes(name));
}

function targetColumn(target: TargetTable, name: string): TargetColumn {
  const column = target.columns.get(name);
  if (column) return column;
  throw new ImportError(
    `The table ${target.name} has no column ${name} to fill. Correct the plan, or migrate first.`,
  );
}
