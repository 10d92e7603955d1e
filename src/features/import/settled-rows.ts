import { DatabaseError } from 'pg';
import { checkChain } from './chain.js';
import { isContention, persist } from './contention.js';
import { canContest } from './contested-rows.js';
import { checkDuplicates } from './duplicates.js';
import type { FileImport } from './file-import.js';
import { Overtaken, Stuck } from './import-error.js';
import type { Outcome } from './load-rows.js';
import { loadRows } from './load-rows.js';
import { refuseRows } from './refused-rows.js';
import { checkOwnReferences } from './reference-checks.js';
import { checkRows } from './row-checks.js';
import { isRowFault } from './row-faults.js';

/** What is staged stays staged, so that a try costs no reading. */
const tries = 3;
/** What is left of contested rows after one pass is committed, and judged by the next. */
const mostPasses = 5;

/**
 * Checks and inserts the staged rows of a file behind a savepoint, and does so again when another
 * writer was in the way: what that writer committed meanwhile is then seen by the checks, so that
 * every row is counted as what it has become. A stream, which is read once, is more persistent,
 * for its table cannot be begun again. Rows that the table refuses for whatever reason are
 * rejected, and the others settled without them.
 */
export async function settleRows(run: FileImport, rowsIn: number): Promise<Outcome> {
  for (;;) {
    try {
      return await settleUndisturbed(run, rowsIn);
    } catch (error) {
      const mayBeRows = isRowFault(error) || error instanceof Overtaken;
      if (!mayBeRows || !(await refuseRows(run))) throw error;
    }
  }
}

async function settleUndisturbed(run: FileImport, rowsIn: number): Promise<Outcome> {
  const { client, file, lockWait } = run;
  const milliseconds = file.isSpent() ? lockWait : 0;
  let isContested = false;
  return persist({ tries, milliseconds, isWorthwhile: isOvertaken() }, async () => {
    await client.query('SAVEPOINT settled_rows');
    try {
      const outcome = await settle(run, rowsIn, isContested);
      await client.query('RELEASE SAVEPOINT settled_rows');
      return outcome;
    } catch (error) {
      await client.query('ROLLBACK TO SAVEPOINT settled_rows');
      isContested ||= await canContest(run);
      throw error;
    }
  });
}

/** Judges and inserts what is staged. Throws when a row is not accounted for. */
async function settle(run: FileImport, rowsIn: number, isContested: boolean): Promise<Outcome> {
  let loaded = 0;
  let left = Infinity;
  const standIns = new Map<string, number>();
  for (let pass = 1; ; pass += 1) {
    await checkRows(run);
    await checkDuplicates(run);
    await checkChain(run);
    await checkOwnReferences(run);
    run.progress.report('loading', { rows: rowsIn });
    const outcome = await loadRows(run, isContested);
    const { rejected, alreadyThere } = outcome;
    loaded += outcome.loaded;
    for (const [table, rows] of outcome.standIns) {
      standIns.set(table, (standIns.get(table) ?? 0) + rows);
    }
    if (rowsIn === loaded + rejected + alreadyThere) {
      return { loaded, rejected, alreadyThere, standIns };
    }
    const isStuck = rowsIn - loaded - rejected - alreadyThere === left;
    left = rowsIn - loaded - rejected - alreadyThere;
    if (isContested && !isStuck && pass < mostPasses) continue;
    throw new (isStuck ? Stuck : Overtaken)(
      `${run.file.name} has ${rowsIn} rows, but ${loaded} were loaded, ${rejected} rejected and ` +
        `${alreadyThere} already there. Look for triggers on ${run.target.name} that drop rows, ` +
        'stop other writers, and run the import again.',
    );
  }
}

/** A broken key may be a writer that was faster than the checks, but not twice in the same row. */
function isOvertaken(): (error: unknown) => boolean {
  const details = new Set<string>();
  return (error) => {
    if (error instanceof Stuck) return false;
    if (error instanceof Overtaken || isContention(error)) return true;
    if (!(error instanceof DatabaseError) || !/^2350[35]$/.test(error.code ?? '')) return false;
    const detail = `${error.constraint} ${error.detail}`;
    if (details.has(detail)) return false;
    details.add(detail);
    return true;
  };
}
