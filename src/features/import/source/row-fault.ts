import { DatabaseError } from 'pg';
import { FileFailure } from './file-failure.js';

/**
 * The classes of errors about values: of their kind and size, of constraints and indexes, of views
 * with a CHECK OPTION, and of what functions raise.
 */
const aboutValues = /^(?:21|22|23|44|54|P0|DI)/;

/** Where the server raises errors about a row, whatever the code: RAISE, and row-level security. */
const rowRoutines: ReadonlySet<string> = new Set(['exec_stmt_raise', 'ExecWithCheckOptions']);

/** Whether the server refused a row, so that others may be accepted without it. */
export function isRowFault(error: unknown): boolean {
  if (error instanceof FileFailure) return isRowFault(error.cause);
  if (!(error instanceof DatabaseError)) return false;
  return aboutValues.test(error.code ?? '') || rowRoutines.has(error.routine ?? '');
}
