import type { ClientBase } from 'pg';
import { quoteText } from '../../core/schema/names.js';
import { bindColumns, checkTarget } from './bound-column.js';
import { beginBulk } from './bulk-load.js';
import { checkChain } from './chain.js';
import { checksumsOf } from './checksums.js';
import type { CsvDialect } from './csv-reader.js';
import { checkDuplicates } from './duplicates.js';
import type { FileImport } from './file-import.js';
import { ImportError } from './import-error.js';
import type { ImportFile } from './import-plan.js';
import { idColumnOf, isFileColumn } from './import-plan.js';
import { notesOf, tableReports } from './import-report.js';
import type { FileReport, ImportReport } from './import-report.js';
import { loadRows } from './load-rows.js';
import { FileProgress } from './progress.js';
import type { ProgressListener } from './progress.js';
import type { RejectsFile } from './rejects-file.js';
import { checkRows } from './row-checks.js';
import type { FolderContent, SourceFile } from './source-files.js';
import { dropStaging, stageFile } from './staging.js';
import type { TargetTable } from './target-table.js';
import { readTarget, tableSql } from './target-table.js';

/** An open transaction and what is imported in it. */
export interface ImportRun {
  readonly client: ClientBase;
  readonly content: FolderContent;
  readonly dialect: CsvDialect;
  readonly rejects: RejectsFile;
  readonly onProgress: ProgressListener | undefined;
}

/** Imports all files of a folder, one after the other, in the order of the plan. */
export async function importFiles(
  run: ImportRun,
): Promise<Omit<ImportReport, 'rejectsFile' | 'seconds'>> {
  const { client, content } = run;
  await checkLibrary(client);
  const targets = await readTargets(run);
  const standIns = standInsOf(content);
  const made = new Map([...standIns.keys()].map((table) => [table, 0]));
  const files: FileReport[] = [];
  for (const { entry, files: sources } of content.planned) {
    const target = targets.get(entry);
    if (!target || sources.length === 0) continue;
    const finishBulk = await beginBulk(client, target);
    for (const file of sources) {
      const columns = bindColumns(entry, target, file.headers);
      const progress = new FileProgress(file, target.name, run.onProgress);
      const imported = { ...run, entry, file, target, columns, standIns, progress };
      files.push(await importFile(imported, made));
    }
    await finishBulk();
  }
  for (const { entry } of content.planned) await advanceIds(client, entry);
  const checksums = await checksumsOf(client, content);
  return {
    files,
    tables: tableReports(files, { standIns: made, checksums }),
    notes: notesOf(content, files, made),
  };
}

async function importFile(
  run: FileImport & { readonly rejects: RejectsFile },
  made: Map<string, number>,
): Promise<FileReport> {
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
  return {
    file: run.file.name,
    table: run.target.name,
    rowsIn,
    ...outcome,
    seconds: (performance.now() - start) / 1000,
    unknownHeaders: unknownHeaders(run.entry, run.file),
  };
}

async function readTargets({ client, content }: ImportRun): Promise<Map<ImportFile, TargetTable>> {
  const targets = new Map<ImportFile, TargetTable>();
  for (const { entry } of content.planned) {
    const target = await readTarget(client, entry.table);
    checkTarget(entry, target);
    targets.set(entry, target);
  }
  return targets;
}

function standInsOf({ planned }: FolderContent): Map<string, ImportFile> {
  return new Map(
    planned
      .filter(({ entry, files }) => entry.standIns !== undefined && files.length === 0)
      .map(({ entry }) => [entry.table, entry]),
  );
}

function unknownHeaders(entry: ImportFile, { headers }: SourceFile): string[] {
  const known = Object.values(entry.columns).flatMap((column) =>
    isFileColumn(column) ? [column.from] : [],
  );
  return headers.filter((name) => !known.includes(name) && !entry.ignore?.includes(name));
}

async function checkLibrary(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regprocedure('dual_id.advance_sequence(regclass, text, bigint)') IS NOT NULL AS there`,
  );
  if (rows[0]?.there) return;
  throw new ImportError('The database has no schema dual_id. Run `dual-id migrate` first.');
}

/** The next new id lies behind every historical one, and never before where it was. */
async function advanceIds(client: ClientBase, entry: ImportFile): Promise<void> {
  const id = idColumnOf(entry);
  if (id === undefined) return;
  const table = quoteText(tableSql(entry.table));
  await client.query(
    `SELECT dual_id.advance_sequence(${table}, ${quoteText(id)}, ${BigInt(entry.startWith ?? 1)})
     WHERE pg_get_serial_sequence(${table}, ${quoteText(id)}) IS NOT NULL`,
  );
}
