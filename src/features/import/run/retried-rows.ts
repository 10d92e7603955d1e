import { DatabaseError } from 'pg';
import type { FileImport } from '../source/file-import.js';
import { isRowFault } from '../source/row-fault.js';
import { canContest } from '../staged/contested-rows.js';
import type { Outcome } from '../staged/load-rows.js';
import { refuseRows } from '../staged/refused-rows.js';
import { RowsMoved, Stuck, settleOnce } from '../staged/settled-rows.js';
import { isContended, retry } from './contention.js';

/** What is staged stays staged, so that a try costs no reading. */
const minRowTries = 3;

/**
 * Checks and inserts the staged rows of a file behind a savepoint, and does so again when another
 * writer was in the way: what that writer committed meanwhile is then seen by the checks, so that
 * every row is counted as what it has become. A stream, which is read once, is tried for longer,
 * because its table cannot be begun again. Rows that the table refuses for whatever reason are
 * rejected, and the others settled without them.
 */
export async function settleRows(run: FileImport, rowsIn: number): Promise<Outcome> {
  for (;;) {
    try {
      return await settleUndisturbed(run, rowsIn);
    } catch (error) {
      const mayBeRows = isRowFault(error) || error instanceof RowsMoved;
      if (!mayBeRows || !(await refuseRows(run))) throw error;
    }
  }
}

async function settleUndisturbed(run: FileImport, rowsIn: number): Promise<Outcome> {
  const { client, file, lockWait } = run;
  const minMilliseconds = file.isSpent() ? lockWait : 0;
  let isContested = false;
  return retry({ minTries: minRowTries, minMilliseconds, canRetry: isOvertaken() }, async () => {
    await client.query('SAVEPOINT settled_rows');
    try {
      const outcome = await settleOnce(run, rowsIn, isContested);
      await client.query('RELEASE SAVEPOINT settled_rows');
      return outcome;
    } catch (error) {
      await client.query('ROLLBACK TO SAVEPOINT settled_rows');
      isContested ||= await canContest(run);
      throw error;
    }
  });
}

/** A broken key may be a writer that was faster than the checks, but not twice in the same row. */
function isOvertaken(): (error: unknown) => boolean {
  const details = new Set<string>();
  return (error) => {
    if (error instanceof Stuck) return false;
    if (error instanceof RowsMoved || isContended(error)) return true;
    if (!(error instanceof DatabaseError) || !/^2350[35]$/.test(error.code ?? '')) return false;
    const detail = `${error.constraint} ${error.detail}`;
    if (details.has(detail)) return false;
    details.add(detail);
    return true;
  };
}
