import type { ClientBase } from 'pg';
import { quoteText } from '../../core/schema/names.js';
import { bindColumns, checkTarget } from './bound-column.js';
import { beginBulk, registry } from './bulk-load.js';
import { checksumsOf } from './checksums.js';
import type { CsvDialect } from './csv-reader.js';
import type { EntryFile } from './import-entry.js';
import { importEntry } from './import-entry.js';
import { ImportError } from './import-error.js';
import type { ImportFile } from './import-plan.js';
import { idColumnOf } from './import-plan.js';
import { notesOf, tableReports } from './import-report.js';
import type { FileReport, ImportReport } from './import-report.js';
import { FileProgress } from './progress.js';
import type { ProgressListener } from './progress.js';
import type { RejectsFile } from './rejects-file.js';
import type { FolderContent } from './source-files.js';
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
  const finishRegistry = await beginBulk(client, registry);
  for (const { entry, files: sources } of content.planned) {
    const target = targets.get(entry);
    if (!target || sources.length === 0) continue;
    const imports: EntryFile[] = [];
    for (const file of sources) {
      const columns = bindColumns(entry, target, file.headers);
      const progress = new FileProgress(file, target.name, run.onProgress);
      imports.push({ ...run, entry, file, target, columns, standIns, progress });
    }
    files.push(...(await importEntry(imports, made)));
  }
  await finishRegistry?.();
  for (const { entry } of content.planned) await advanceIds(client, entry);
  const checksums = await checksumsOf(client, content);
  return {
    files,
    tables: tableReports(files, { standIns: made, checksums }),
    notes: notesOf(content, files, made),
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
