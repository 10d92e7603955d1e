import type { BoundField } from './bound-column.js';
import { kindOf } from './fields/field-kinds.js';
import { says } from './fields/problem-cases.js';
import type { ImportFile } from './import-plan.js';

/** SQL that is null when the staged field can be read, and otherwise says why not. */
export function fieldProblem(column: BoundField, entry: ImportFile): string {
  const { source, staged, label } = column;
  const mayBeBlank = source.nullable === true || source.otherwise !== undefined;
  const cases = [
    `WHEN ${staged} IS NULL THEN ${mayBeBlank ? 'NULL' : says(label, 'is empty')}`,
    ...kindOf(source).problems(column, entry),
  ];
  return `CASE ${cases.join(' ')} END`;
}

/** SQL of the value of a field that can be read. */
export function typedField(column: BoundField): string {
  const { source, staged, target } = column;
  return kindOf(source).typed?.(column) ?? `${staged}::${target.type}`;
}

/** The functions in `pg_temp` that the problems of fields are found by: how they are made, by name. */
export function checkFunctions(columns: readonly BoundField[]): Map<string, string> {
  return new Map(
    columns.flatMap((column) => Object.entries(kindOf(column.source).functions?.(column) ?? {})),
  );
}
