import type { ClientBase } from 'pg';
import { checksumOf } from './checksums.js';
import { isContention, persist } from './contention.js';
import { advanceIds } from './id-sequence.js';
import { ImportError } from './import-error.js';
import { asImportError } from './import-failure.js';
import type { WhatStays } from './import-failure.js';
import type { ImportFile } from './import-plan.js';
import { notesOf, tableReports } from './import-report.js';
import type { ImportReport } from './import-report.js';
import type { ImportedTable, ImportRun } from './import-table.js';
import { importTable, targetOf } from './import-table.js';
import { forgetFiles } from './imported-files.js';
import type { OtherRows } from './imported-ids.js';
import { idColumnsOf, noteOnOtherRows, otherRowsIn } from './imported-ids.js';
import type { FolderContent, PlannedFiles } from './source-files.js';
import { inTransaction } from './transaction.js';

/**
 * Imports all files of a folder in the order of the plan, each table in a transaction of its own.
 * A wrong plan is found before the first of them; an error in one leaves those before it done.
 */
export async function importFiles(
  request: Omit<ImportRun, 'standIns' | 'arriving'> & {
    readonly onNote?: NoteListener | undefined;
  },
): Promise<Omit<ImportReport, 'rejectsFile' | 'seconds'>> {
  const arriving = idColumnsOf(request.content.planned);
  const run = { ...request, arriving, standIns: standInsOf(request.content) };
  const { client, content } = run;
  await transact(run, () => checkPlan(client, content));
  const note = await transact(run, () => noteBefore(run));
  if (note !== undefined) request.onNote?.(note);
  const tables = new Map<ImportFile, ImportedTable>();
  for (const planned of content.planned) {
    const whatStays = (file?: string) => whatStaysOf(planned, [...tables.keys()], file);
    const isRepeatable = () => !planned.files.some((file) => file.isSpent());
    const table = await step(run, () => importPlanned(run, planned), { whatStays, isRepeatable });
    if (table) tables.set(planned.entry, table);
  }
  const whatStays = () => 'All files are loaded.';
  const checksums = await step(run, () => endImport(run, tables), { whatStays });
  const report = reportOf(run, tables, checksums);
  return note === undefined ? report : { ...report, notes: [note, ...report.notes] };
}

/** Hears what there is to know before the first row is loaded. */
export type NoteListener = (note: string) => void;

async function noteBefore({ client, arriving, rejects }: ImportRun): Promise<string | undefined> {
  const others: OtherRows[] = [];
  for (const [table, id] of arriving) others.push(await otherRowsIn(client, table, id));
  return noteOnOtherRows(others, rejects.target);
}

interface StepOptions {
  readonly whatStays: WhatStays;
  /** Whether the work can still be done from the start; a stream that was read is gone. */
  readonly isRepeatable?: () => boolean;
}

/** A deadlock that ended the import has let the others go, and costs it one more reading. */
const fewestTries = 5;

async function step<T>(
  run: ImportRun,
  work: () => Promise<T>,
  { whatStays, isRepeatable }: StepOptions,
): Promise<T> {
  try {
    return await transact(run, work, isRepeatable);
  } catch (error) {
    throw asImportError(error, whatStays);
  }
}

/** One transaction, begun again from nothing while other writers are in its way. */
async function transact<T>(
  { client, rejects, lockWait }: ImportRun,
  work: () => Promise<T>,
  isRepeatable = () => true,
): Promise<T> {
  const isWorthwhile = (error: unknown) => isContention(error) && isRepeatable();
  const written = await rejects.position();
  return persist({ tries: fewestTries, milliseconds: lockWait, isWorthwhile }, async () => {
    await rejects.rewind(written);
    return inTransaction(client, work);
  });
}

async function checkPlan(client: ClientBase, { planned }: FolderContent): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('dual_id.imported_files') IS NOT NULL AS there`,
  );
  if (!rows[0]?.there) {
    throw new ImportError(
      'The database has no schema dual_id of this version. Run `dual-id migrate` first.',
    );
  }
  for (const { entry } of planned) await targetOf(client, entry);
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

/** Takes the checksums of tables that no file of their own filled, and ends what was kept in mind. */
async function endImport(
  run: ImportRun,
  tables: ReadonlyMap<ImportFile, ImportedTable>,
): Promise<Map<string, string>> {
  const checksums = new Map(
    [...tables].map(([{ table }, { checksum }]): [string, string] => [table, checksum]),
  );
  for (const table of run.standIns.keys()) {
    checksums.set(table, await checksumOf(run.client, table, run.content));
  }
  await forgetFiles(run);
  return checksums;
}

function reportOf(
  { content, standIns }: ImportRun,
  tables: ReadonlyMap<ImportFile, ImportedTable>,
  checksums: ReadonlyMap<string, string>,
): Omit<ImportReport, 'rejectsFile' | 'seconds'> {
  const imported = [...tables.values()];
  const files = imported.flatMap((table) => table.files);
  const made = new Map([...standIns.keys()].map((table) => [table, 0]));
  for (const [table, rows] of imported.flatMap((each) => [...each.standIns])) {
    made.set(table, (made.get(table) ?? 0) + rows);
  }
  return {
    files,
    tables: tableReports(files, { standIns: made, checksums }),
    notes: [...notesOf(content, files, made), ...imported.flatMap(notesOnTable)],
  };
}

function notesOnTable({ isLoadedBefore, files }: ImportedTable): string[] {
  if (!isLoadedBefore) return [];
  return files.map(({ file }) => `${file}: loaded by an import that did not end; not read again.`);
}

function standInsOf({ planned }: FolderContent): Map<string, ImportFile> {
  return new Map(
    planned
      .filter(({ entry, files }) => entry.standIns !== undefined && files.length === 0)
      .map(({ entry }) => [entry.table, entry]),
  );
}
