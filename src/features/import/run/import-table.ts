import { bindColumns } from '../plan/bound-column.js';
import { advanceIds } from '../plan/id-sequence.js';
import type { ImportFile } from '../plan/import-plan.js';
import { forgetIdsOfEmpty } from '../plan/imported-ids.js';
import { readCheckedTarget } from '../plan/target-checks.js';
import { tableChecksum } from '../source/checksums.js';
import type { ProgressListener } from '../source/file-progress.js';
import { FileProgress } from '../source/file-progress.js';
import type { PlannedFiles } from '../source/source-files.js';
import type { EntryFile, ImportedFile } from './import-entry.js';
import { importEntry, reportLoadedBefore } from './import-entry.js';
import type { FileReport } from './import-report.js';
import type { ImportMemory } from './imported-files.js';
import { loadedBefore, rememberFiles } from './imported-files.js';
import type { RejectsFile } from './rejects-file.js';

/** An import and what all its tables need. */
export interface ImportRun extends ImportMemory {
  readonly rejects: RejectsFile;
  readonly onProgress: ProgressListener | undefined;
  /** How long it keeps trying at a table while other writers are in its way, in milliseconds. */
  readonly lockWait: number;
  /** Tables that files of this import fill, with the column of their historical ids. */
  readonly idColumns: ReadonlyMap<string, string>;
  /** Entries whose file is absent and whose rows are made up, by table. */
  readonly placeholders: ReadonlyMap<string, ImportFile>;
}

/** What became of one table. */
export interface ImportedTable {
  readonly files: readonly FileReport[];
  readonly checksum: string;
  /** An import that did not end had loaded all files, so that they were not read again. */
  readonly isLoadedBefore: boolean;
  /** Rows made in other tables because their own file is absent, by table. */
  readonly placeholders: ReadonlyMap<string, number>;
}

/**
 * Fills one table from all its files, in the open transaction: rows, passports, the sequence's
 * next value and the memory of it, so that a table is either as it was or done.
 */
export async function importTable(run: ImportRun, planned: PlannedFiles): Promise<ImportedTable> {
  const { client, content } = run;
  const { entry } = planned;
  const imports = await filesOn(run, planned);
  const before = await loadedBefore(run, planned, ({ name }) =>
    imports.find(({ file }) => file.name === name)?.progress.report('reading', { rows: 0 }),
  );
  if (before) {
    const files = imports.map((file) =>
      reportLoadedBefore(file, before.rows.get(file.file.name) ?? 0),
    );
    return { files, checksum: before.checksum, isLoadedBefore: true, placeholders: new Map() };
  }
  await Promise.all(imports.slice(0, 1).map(forgetIdsOfEmpty));
  // Before the first row, because the lock that this takes would meet writers that wait for rows.
  await advanceIds(client, entry);
  const imported = await importEntry(imports);
  const checksum = await tableChecksum(client, entry.table, content);
  await remember(run, entry, { imported, checksum });
  const files = imported.map(({ report }) => report);
  return { files, checksum, isLoadedBefore: false, placeholders: sumOf(imported) };
}

async function filesOn(run: ImportRun, { entry, files }: PlannedFiles): Promise<EntryFile[]> {
  const target = await readCheckedTarget(run.client, entry);
  return files.map((file) => ({
    ...run,
    entry,
    file,
    target,
    columns: bindColumns(entry, target, file.headers),
    progress: new FileProgress(file, target.name, run.onProgress),
  }));
}

/** Files with rejected rows are read again, for the rejects file lists all of them. */
async function remember(
  run: ImportRun,
  entry: ImportFile,
  { imported, checksum }: { imported: readonly ImportedFile[]; checksum: string },
): Promise<void> {
  const files = imported.flatMap(({ report: { file, rowsIn, rejected }, digest }) =>
    digest === undefined || rejected > 0 ? [] : [{ file, rows: rowsIn, digest }],
  );
  if (files.length === imported.length) await rememberFiles(run, entry, { files, checksum });
}

function sumOf(imported: readonly ImportedFile[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { placeholders } of imported) {
    for (const [table, rows] of placeholders) sums.set(table, (sums.get(table) ?? 0) + rows);
  }
  return sums;
}
