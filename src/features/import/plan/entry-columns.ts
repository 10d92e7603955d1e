import type { FieldType } from './fields/field-type.js';
import type { FileColumn, ImportColumn, ImportFile, ReferenceColumn } from './import-plan.js';

/** Whether a column is read from the file. */
export function isFileColumn(column: ImportColumn): column is FileColumn {
  return 'from' in column;
}

/** Whether a column points at a row of another table. */
export function isReference(column: ImportColumn): column is ReferenceColumn {
  return isFileColumn(column) && (column.type === 'reference' || column.type === 'publicReference');
}

/** The column of the other table that a reference's internal value is found in. */
export function referencedColumn(column: ReferenceColumn): string {
  return column.toColumn ?? 'id';
}

/** The columns that tell the entry's rows apart. */
export function entryKeyOf(entry: ImportFile): readonly string[] {
  const id = idColumnOf(entry);
  return entry.key ?? (id === undefined ? [] : [id]);
}

/** The column that keeps the historical id, for tables that have one. */
export function idColumnOf(entry: ImportFile): string | undefined {
  return columnOfType(entry, 'id');
}

/** The maximum historical id of an entry, as a text; undefined without a start of new ids. */
export function maxHistoricalId(entry: ImportFile): string | undefined {
  return entry.startWith === undefined ? undefined : String(BigInt(entry.startWith) - 1n);
}

/** The column that keeps the public id a row has already. */
export function publicIdColumnOf(entry: ImportFile): string | undefined {
  return columnOfType(entry, 'publicId');
}

function columnOfType({ columns }: ImportFile, type: FieldType['type']): string | undefined {
  return Object.entries(columns).find(
    ([, column]) => isFileColumn(column) && column.type === type,
  )?.[0];
}
