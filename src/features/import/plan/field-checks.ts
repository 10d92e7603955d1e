import type { BoundField } from './bound-column.js';
import type { FieldReader } from './fields/field-kind.js';
import { kindOf } from './fields/field-kinds.js';
import { message } from './fields/problem-cases.js';
import type { ImportFile } from './import-plan.js';

/** SQL that is null when the staged field can be read, and otherwise the reason why not. */
export function fieldProblemSql(column: BoundField, entry: ImportFile): string {
  const { source, staged, label } = column;
  const mayBeBlank = source.nullable === true || source.otherwise !== undefined;
  const cases = [
    `WHEN ${staged} IS NULL THEN ${mayBeBlank ? 'NULL' : message(label, 'is empty')}`,
    ...kindOf(source).problems(column, entry),
  ];
  return `CASE ${cases.join(' ')} END`;
}

/** SQL of the value of a field that can be read. */
export function typedFieldSql(column: BoundField): string {
  const { source, staged, target } = column;
  return kindOf(source).typedSql?.(column) ?? `${staged}::${target.type}`;
}

/** The functions in `pg_temp` that the problems of fields are found by: how they are made, by name. */
export function checkFunctions(columns: readonly BoundField[]): Map<string, string> {
  return new Map(
    columns.flatMap((column) => Object.entries(kindOf(column.source).functions?.(column) ?? {})),
  );
}

/** The reader of a column's fields; undefined for columns whose fields SQL alone can read. */
export function fastReaderOf(column: BoundField, entry: ImportFile): FieldReader | undefined {
  const field = kindOf(column.source).reader(column, entry);
  if (field === undefined || column.source.otherwise !== undefined) return undefined;
  const blank = column.source.nullable ? '' : undefined;
  return { ...field, read: (text) => (text === '' ? blank : field.read(text)) };
}
