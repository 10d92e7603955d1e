import type { BoundField } from './bound-column.js';
import type { PlainField } from './fields/field-kind.js';
import { kindOf } from './fields/field-kinds.js';
import type { ImportFile } from './import-plan.js';

/** The reader of a column's fields; undefined for columns whose fields SQL alone can read. */
export function plainField(column: BoundField, entry: ImportFile): PlainField | undefined {
  const field = kindOf(column.source).plain(column, entry);
  if (field === undefined || column.source.otherwise !== undefined) return undefined;
  const blank = column.source.nullable ? '' : undefined;
  return { ...field, read: (text) => (text === '' ? blank : field.read(text)) };
}
