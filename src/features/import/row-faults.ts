import { DatabaseError } from 'pg';
import type { FileImport } from './file-import.js';
import { labelsOf } from './file-import.js';
import { FileFailure } from './import-failure.js';
import { publicIdColumnOf } from './import-plan.js';

/**
 * What the server says of values: of their kind and size, of constraints and indexes, of views
 * with a CHECK OPTION, and of what functions raise.
 */
const aboutValues = /^(?:21|22|23|44|54|P0|DI)/;

/** Where the server raises what is about a row, whatever the code: RAISE, and row-level security. */
const aboutRows: ReadonlySet<string> = new Set(['exec_stmt_raise', 'ExecWithCheckOptions']);

/** Whether the server refused a row, so that others may be accepted without it. */
export function isRowFault(error: unknown): boolean {
  if (error instanceof FileFailure) return isRowFault(error.cause);
  if (!(error instanceof DatabaseError)) return false;
  return aboutValues.test(error.code ?? '') || aboutRows.has(error.routine ?? '');
}

/** Why the server refused a row, for whoever corrects the file. */
export function reasonOf(run: FileImport, error: DatabaseError): string {
  const { code = '', constraint, column, message } = error;
  const publicId = publicIdColumnOf(run.entry);
  if (constraint === 'passports_uuid_uq' && publicId !== undefined) {
    return `${labelsOf(run, [publicId])} is the public id of something else`;
  }
  if (code === '23502' && column !== undefined) return `${labelsOf(run, [column])} is empty`;
  const rule = run.target.unique.find(({ name }) => name === constraint);
  if (rule && code === '23505') {
    return `${labelsOf(run, rule.columns)} is taken by a row that is there`;
  }
  if (rule && code === '54000') {
    return `${labelsOf(run, rule.columns)} is too long for the index ${rule.name}`;
  }
  if (code.startsWith('23') && constraint) return `breaks the rule ${constraint}`;
  return `is refused: ${message}`;
}
