import type { ClientBase } from 'pg';
import { sameNames, targetColumn } from './bound-column.js';
import { isFileColumn, entryKeyOf, publicIdColumnOf } from './entry-columns.js';
import { kindOf } from './fields/field-kinds.js';
import { ImportError } from './import-error.js';
import type { ImportFile } from './import-plan.js';
import type { TargetTable } from './target-table.js';
import { readTarget } from './target-table.js';

/** The table of an entry, as it is. Throws an `ImportError` when the plan does not fit it. */
export async function readCheckedTarget(
  client: ClientBase,
  entry: ImportFile,
): Promise<TargetTable> {
  const target = await readTarget(client, entry.table);
  checkTarget(entry, target);
  return target;
}

/** Refuses a plan that the table cannot follow. Throws an `ImportError` with the next step. */
export function checkTarget(entry: ImportFile, target: TargetTable): void {
  for (const [name, source] of Object.entries({ ...entry.columns, ...entry.placeholders })) {
    const column = targetColumn(target, name);
    if (isFileColumn(source) && !kindOf(source).takes(column, source)) {
      const type = source.type === 'array' ? `array of ${source.of.type}` : source.type;
      throw new ImportError(
        `The plan reads ${target.name}.${name} as ${type}, but the column is ${column.type}. ` +
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
  checkUnique(target, 'key', entryKeyOf(entry));
  const publicId = publicIdColumnOf(entry);
  if (publicId !== undefined) checkUnique(target, 'public id', [publicId]);
}

function checkUnique(target: TargetTable, what: string, names: readonly string[]): void {
  if (target.unique.some((rule) => rule.predicate === null && sameNames(rule.columns, names))) {
    return;
  }
  throw new ImportError(
    `No unique index of ${target.name} covers the ${what} ${names.join(', ')} of the plan. Add one.`,
  );
}
