import { beginBulk } from './bulk-load.js';
import { checkChain } from './chain.js';
import { checkDuplicates } from './duplicates.js';
import type { FileImport } from './file-import.js';
import { ImportError } from './import-error.js';
import { isFileColumn } from './import-plan.js';
import type { FileReport } from './import-report.js';
import { loadRows } from './load-rows.js';
import type { RejectsFile } from './rejects-file.js';
import { checkRows } from './row-checks.js';
import { dropStaging, stageFile } from './staging.js';
import type { StraightFile } from './straight-load.js';
import { loadStraight } from './straight-load.js';

/** A file on its way, and where its rejected rows go. */
export type EntryFile = FileImport & { readonly rejects: RejectsFile };

/**
 * Imports the files of one table: straight where the table and every row allow it, and otherwise
 * with a look at each row. Adds rows that stand in for those of absent files to `made`, by table.
 */
export async function importEntry(
  imports: readonly EntryFile[],
  made: Map<string, number>,
): Promise<FileReport[]> {
  const [first] = imports;
  const finishBulk = first && (await beginBulk(first.client, first.target));
  const straight = finishBulk && (await loadStraight(imports, finishBulk));
  if (straight) return straight.map(straightReport);
  const files: FileReport[] = [];
  for (const run of imports) files.push(await importFile(run, made));
  await finishBulk?.();
  return files;
}

function straightReport({ run, rows, seconds }: StraightFile): FileReport {
  run.progress.report('done', { rows });
  const figures = { rowsIn: rows, loaded: rows, rejected: 0, alreadyThere: 0 };
  return { ...namesOf(run), ...figures, seconds, unknownHeaders: unknownHeaders(run) };
}

async function importFile(run: EntryFile, made: Map<string, number>): Promise<FileReport> {
  const start = performance.now();
  const rowsIn = await stageFile(run);
  await checkRows(run);
  await checkDuplicates(run);
  await checkChain(run);
  run.progress.report('loading', { rows: rowsIn });
  const { standIns, ...outcome } = await loadRows(run);
  if (outcome.rejected > 0) await run.rejects.append(run);
  await dropStaging(run);
  const { loaded, rejected, alreadyThere } = outcome;
  if (rowsIn !== loaded + rejected + alreadyThere) {
    throw new ImportError(
      `${run.file.name} has ${rowsIn} rows, but ${loaded} were loaded, ${rejected} rejected and ` +
        `${alreadyThere} already there. Nothing was loaded. Look for triggers on ` +
        `${run.target.name} that drop rows, stop other writers, and run the import again.`,
    );
  }
  run.progress.report('done', { rows: rowsIn });
  for (const [table, rows] of standIns) made.set(table, (made.get(table) ?? 0) + rows);
  const seconds = (performance.now() - start) / 1000;
  return { ...namesOf(run), rowsIn, ...outcome, seconds, unknownHeaders: unknownHeaders(run) };
}

function namesOf({ file, target }: FileImport) {
  return { file: file.name, table: target.name };
}

function unknownHeaders({ entry, file }: FileImport): string[] {
  const known = Object.values(entry.columns).flatMap((column) =>
    isFileColumn(column) ? [column.from] : [],
  );
  return file.headers.filter((name) => !known.includes(name) && !entry.ignore?.includes(name));
}
