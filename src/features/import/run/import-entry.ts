import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { canLoadDirectly } from '../direct/direct-conditions.js';
import type { DirectFile } from '../direct/direct-load.js';
import { loadDirectly } from '../direct/direct-load.js';
import { idColumnOf, isFileColumn } from '../plan/entry-columns.js';
import { advanceIds } from '../plan/id-sequence.js';
import { rememberIds } from '../plan/imported-ids.js';
import { withFile } from '../source/file-failure.js';
import type { FileImport } from '../source/file-import.js';
import { isRowFault } from '../source/row-fault.js';
import { analyze } from '../staged/local-settings.js';
import type { StagedFile } from '../staged/staging.js';
import { dropStaging, stageFile } from '../staged/staging.js';
import { acceptedIds } from '../staged/typed-rows.js';
import { beginBulk } from './bulk-load.js';
import type { FileReport } from './import-report.js';
import { beginRegistry } from './registry-load.js';
import type { RejectsFile } from './rejects-file.js';
import { settleRows } from './retried-rows.js';

/** A file on its way, and where its rejected rows go. */
export type EntryFile = FileImport & { readonly rejects: RejectsFile };

/** What became of a file. */
export interface ImportedFile {
  readonly report: FileReport;
  /** SHA-256 of the bytes that were read, in hex. */
  readonly digest: string | undefined;
  /** Rows made in other tables because their own file is absent, by table. */
  readonly placeholders: ReadonlyMap<string, number>;
}

/**
 * Imports the files of one table: without its keys where that is faster, and with them where the
 * keys refuse a row that no check finds, for then the server has to say which.
 */
export async function importEntry(imports: readonly EntryFile[]): Promise<ImportedFile[]> {
  const [first] = imports;
  if (!first) return [];
  const { client, file, rejects } = first;
  // A stream is read once, and must not have to be read again for a second try.
  const staged =
    file.bytes === undefined ? await withFile(file.name, () => stageFile(first)) : undefined;
  const written = await rejects.position();
  await client.query('SAVEPOINT without_keys');
  try {
    const files = await importFast(imports, staged);
    await client.query('RELEASE SAVEPOINT without_keys');
    return files;
  } catch (error) {
    if (!(error instanceof KeyFailure)) throw error;
    await client.query('ROLLBACK TO SAVEPOINT without_keys');
    await client.query('RELEASE SAVEPOINT without_keys');
    await rejects.rewind(written);
    return importEach(imports, staged);
  }
}

/** Keys that were off cannot be built over the rows. */
class KeyFailure extends Error {}

/** Directly where the table and every row allow it, and otherwise with a check of each row. */
async function importFast(
  imports: readonly EntryFile[],
  staged: StagedFile | undefined,
): Promise<ImportedFile[]> {
  const [first] = imports;
  const isDirect = await canLoadDirectly(imports);
  const finishRegistry = await beginRegistry(imports);
  const target = first && { sql: first.target.sql, withReferences: true };
  const finishBulk = target && (await beginBulk(first.client, target));
  const direct = isDirect && finishBulk && (await loadDirectly(imports, finishBulk));
  const files = direct ? direct.map(directReport) : await importEach(imports, staged);
  // The highest id is known now, and no other session can write the table before the end.
  if (direct && first) {
    await advanceIds(first.client, first.entry);
    await rememberAll(first);
  }
  try {
    if (!direct) await finishBulk?.();
    await finishRegistry?.();
  } catch (error) {
    throw isRowFault(error) ? new KeyFailure('A key cannot be built.', { cause: error }) : error;
  }
  return files;
}

async function importEach(
  imports: readonly EntryFile[],
  staged: StagedFile | undefined,
): Promise<ImportedFile[]> {
  const files: ImportedFile[] = [];
  for (const run of imports) {
    files.push(await withFile(run.file.name, () => importFile(run, staged)));
  }
  return files;
}

function directReport({ run, rows, digest, seconds }: DirectFile): ImportedFile {
  run.progress.report('done', { rows });
  const figures = { rowsIn: rows, loaded: rows, rejected: 0, alreadyThere: 0, seconds };
  return { report: { ...namesInReport(run), ...figures }, digest, placeholders: new Map() };
}

async function importFile(run: EntryFile, staged: StagedFile | undefined): Promise<ImportedFile> {
  const { rows: rowsIn, digest, seconds: reading } = staged ?? (await stageFile(run));
  const start = performance.now();
  const { placeholders, ...outcome } = await settleRows(run, rowsIn);
  await analyze(run);
  await rememberAccepted(run);
  if (outcome.rejected > 0) await run.rejects.append(run);
  await dropStaging(run);
  run.progress.report('done', { rows: rowsIn });
  const seconds = reading + (performance.now() - start) / 1000;
  return { report: { ...namesInReport(run), rowsIn, ...outcome, seconds }, digest, placeholders };
}

/** What was loaded directly is all that the table has. */
async function rememberAll({ client, entry, target }: FileImport): Promise<void> {
  const id = idColumnOf(entry);
  if (id === undefined) return;
  await rememberIds(client, entry.table, `SELECT ${quoteIdentifier(id)} AS id FROM ${target.sql}`);
}

async function rememberAccepted(run: FileImport): Promise<void> {
  const ids = acceptedIds(run);
  if (ids !== undefined) await rememberIds(run.client, run.entry.table, ids);
}

/** The report of a file that was loaded before and is not read again. */
export function reportLoadedBefore(run: FileImport, rows: number): FileReport {
  run.progress.report('done', { rows });
  const figures = { rowsIn: rows, loaded: 0, rejected: 0, alreadyThere: rows, seconds: 0 };
  return { ...namesInReport(run), ...figures };
}

function namesInReport(run: FileImport) {
  const { file, target } = run;
  return { file: file.name, table: target.name, unknownHeaders: unknownHeaders(run) };
}

function unknownHeaders({ entry, file }: FileImport): string[] {
  const known = Object.values(entry.columns).flatMap((column) =>
    isFileColumn(column) ? [column.from] : [],
  );
  return file.headers.filter((name) => !known.includes(name) && !entry.ignore?.includes(name));
}
