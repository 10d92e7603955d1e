import type { ClientBase } from 'pg';
import { advanceIds } from '../plan/id-sequence.js';
import { ImportError } from '../plan/import-error.js';
import type { ImportFile } from '../plan/import-plan.js';
import type { OtherRows } from '../plan/imported-ids.js';
import { countOtherRows } from '../plan/imported-ids.js';
import { readCheckedTarget } from '../plan/target-checks.js';
import { tableChecksum } from '../source/checksums.js';
import type { FolderContent, PlannedFiles } from '../source/source-files.js';
import type { ImportReport } from './import-report.js';
import { reportNotes, tableReports } from './import-report.js';
import { runStep, transact } from './import-step.js';
import type { ImportRun, ImportedTable } from './import-table.js';
import { importTable } from './import-table.js';
import { forgetFiles } from './imported-files.js';
import { idColumnsOf, noteOnOtherRows } from './other-rows.js';

/**
 * Imports all files of a folder in the order of the plan, each table in a transaction of its own.
 * A wrong plan is found before the first of them; an error in one leaves those before it done.
 */
export async function importFiles(
  request: Omit<ImportRun, 'placeholders' | 'idColumns'> & {
    readonly onNote?: NoteListener | undefined;
  },
): Promise<Omit<ImportReport, 'rejectsFile' | 'seconds'>> {
  const idColumns = idColumnsOf(request.content.planned);
  const run = { ...request, idColumns, placeholders: placeholdersOf(request.content) };
  const { client, content } = run;
  await transact(run, () => checkTables(client, content));
  const note = await transact(run, () => noteBefore(run));
  if (note !== undefined) request.onNote?.(note);
  const tables = new Map<ImportFile, ImportedTable>();
  for (const planned of content.planned) {
    const whatStays = (file?: string) => whatStaysOf(planned, [...tables.keys()], file);
    const isRepeatable = () => !planned.files.some((file) => file.isSpent());
    const table = await runStep(run, () => importPlanned(run, planned), {
      whatStays,
      isRepeatable,
    });
    if (table) tables.set(planned.entry, table);
  }
  const whatStays = () => 'All files are loaded.';
  const checksums = await runStep(run, () => endImport(run, tables), { whatStays });
  const report = reportOf(run, tables, checksums);
  return note === undefined ? report : { ...report, notes: [note, ...report.notes] };
}

/** Is called with what there is to know before the first row is loaded. */
export type NoteListener = (note: string) => void;

async function noteBefore({ client, idColumns, rejects }: ImportRun): Promise<string | undefined> {
  const others: OtherRows[] = [];
  for (const [table, id] of idColumns) others.push(await countOtherRows(client, table, id));
  return noteOnOtherRows(others, rejects.target);
}

async function checkTables(client: ClientBase, { planned }: FolderContent): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('dual_id.imported_files') IS NOT NULL AS there`,
  );
  if (!rows[0]?.there) {
    throw new ImportError(
      'The database has no schema dual_id of this version. Run `dual-id migrate` first.',
    );
  }
  for (const { entry } of planned) await readCheckedTarget(client, entry);
}

async function importPlanned(
  run: ImportRun,
  planned: PlannedFiles,
): Promise<ImportedTable | undefined> {
  if (planned.files.length > 0) return importTable(run, planned);
  await advanceIds(run.client, planned.entry);
  return undefined;
}

function whatStaysOf(
  { entry, files }: PlannedFiles,
  finished: readonly ImportFile[],
  file = files.map(({ name }) => name).join(', '),
): string {
  const unchanged = `Nothing of ${file || entry.file} was loaded, and the table ${entry.table} is as it was.`;
  if (finished.length === 0) return unchanged;
  const tables = finished.map(({ table }) => table).join(', ');
  return `${unchanged} What was loaded before stays (${tables}); a second run goes on from there.`;
}

/** Takes the checksums of tables without a file of their own, and forgets what was recorded. */
async function endImport(
  run: ImportRun,
  tables: ReadonlyMap<ImportFile, ImportedTable>,
): Promise<Map<string, string>> {
  const checksums = new Map(
    [...tables].map(([{ table }, { checksum }]): [string, string] => [table, checksum]),
  );
  for (const table of run.placeholders.keys()) {
    checksums.set(table, await tableChecksum(run.client, table, run.content));
  }
  await forgetFiles(run);
  return checksums;
}

function reportOf(
  { content, placeholders }: ImportRun,
  tables: ReadonlyMap<ImportFile, ImportedTable>,
  checksums: ReadonlyMap<string, string>,
): Omit<ImportReport, 'rejectsFile' | 'seconds'> {
  const imported = [...tables.values()];
  const files = imported.flatMap((table) => table.files);
  const made = new Map([...placeholders.keys()].map((table) => [table, 0]));
  for (const [table, rows] of imported.flatMap((each) => [...each.placeholders])) {
    made.set(table, (made.get(table) ?? 0) + rows);
  }
  return {
    files,
    tables: tableReports(files, { placeholders: made, checksums }),
    notes: [...reportNotes(content, files, made), ...imported.flatMap(notesOnTable)],
  };
}

function notesOnTable({ isLoadedBefore, files }: ImportedTable): string[] {
  if (!isLoadedBefore) return [];
  return files.map(({ file }) => `${file}: loaded by an import that did not end; not read again.`);
}

function placeholdersOf({ planned }: FolderContent): Map<string, ImportFile> {
  return new Map(
    planned
      .filter(({ entry, files }) => entry.placeholders !== undefined && files.length === 0)
      .map(({ entry }) => [entry.table, entry]),
  );
}
