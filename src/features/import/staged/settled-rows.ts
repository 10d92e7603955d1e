import { ImportError } from '../plan/import-error.js';
import type { FileImport } from '../source/file-import.js';
import type { Outcome } from './load-rows.js';
import { loadRows } from './load-rows.js';
import { checkStagedRows } from './staged-checks.js';

/** Rows came or went between two looks at the table. */
export class RowsMoved extends ImportError {}

/** Rows are left that no writer has taken and no check rejects. */
export class Stuck extends RowsMoved {}

/** What is left of contested rows after one pass is committed, and checked by the next. */
const maxPasses = 5;

/** Checks and inserts the staged rows once. Throws when a row is not accounted for. */
export async function settleOnce(
  run: FileImport,
  rowsIn: number,
  isContested: boolean,
): Promise<Outcome> {
  let loaded = 0;
  let left = Infinity;
  const placeholders = new Map<string, number>();
  for (let pass = 1; ; pass += 1) {
    await checkStagedRows(run);
    run.progress.report('loading', { rows: rowsIn });
    const outcome = await loadRows(run, isContested);
    const { rejected, alreadyThere } = outcome;
    loaded += outcome.loaded;
    for (const [table, rows] of outcome.placeholders) {
      placeholders.set(table, (placeholders.get(table) ?? 0) + rows);
    }
    if (rowsIn === loaded + rejected + alreadyThere) {
      return { loaded, rejected, alreadyThere, placeholders };
    }
    const isStuck = rowsIn - loaded - rejected - alreadyThere === left;
    left = rowsIn - loaded - rejected - alreadyThere;
    if (isContested && !isStuck && pass < maxPasses) continue;
    throw new (isStuck ? Stuck : RowsMoved)(
      `${run.file.name} has ${rowsIn} rows, but ${loaded} were loaded, ${rejected} rejected and ` +
        `${alreadyThere} already there. Look for triggers on ${run.target.name} that drop rows, ` +
        'stop other writers, and run the import again.',
    );
  }
}
