import type { Readable } from 'node:stream';
import { filesOf } from '../plan/define-import-plan.js';
import { ImportError } from '../plan/import-error.js';
import type { ImportChoices, ImportFile, ImportPlan } from '../plan/import-plan.js';
import type { CsvDialect } from '../source/csv-record.js';
import type { ProgressListener } from '../source/file-progress.js';
import { findFiles } from '../source/folder-files.js';
import type { FolderContent } from '../source/source-files.js';
import { takeStream } from '../source/stream-file.js';
import type { ImportDatabase } from './connection.js';
import { withConnection } from './connection.js';
import { defaultLockWait } from './contention.js';
import { asImportError } from './import-failure.js';
import type { NoteListener } from './import-files.js';
import { importFiles } from './import-files.js';
import type { ImportReport } from './import-report.js';
import { RejectsFile } from './rejects-file.js';

/** The options of every import. */
interface ImportTask {
  readonly database: ImportDatabase;
  readonly plan: ImportPlan;
  /** `rejects`, a folder for rejected rows (the working directory), and the plan's own choices. */
  readonly options?: ImportChoices & { readonly rejects?: string };
  /**
   * How long it tries again at each table while other writers are in its way, in milliseconds;
   * 60,000 by default.
   */
  readonly lockWait?: number;
  /** Is called at every step, many times a second. */
  readonly onProgress?: ProgressListener;
  /**
   * Is called, before the first row is loaded, when tables hold rows that no import has loaded. The
   * sentence is among the report's notes as well.
   */
  readonly onNote?: NoteListener;
}

/** What to import, where from and where to. */
export interface ImportRequest extends ImportTask {
  /** The folder with the plan's files, each plain or as gzip: `orders.csv` or `orders.csv.gz`. */
  readonly folder: string;
}

/** One file to import that comes as a stream. */
export interface StreamRequest extends ImportTask {
  /** The name the plan knows the file by. */
  readonly file: string;
  /** Its bytes, plain or as gzip. */
  readonly stream: Readable;
}

/**
 * Imports the files of a folder by a plan, each table in a transaction of its own: all good rows
 * or, when anything goes wrong, none. Historical ids are kept and public ids are new. An import
 * that was stopped at any moment continues when it is run again, with the tables that are not done
 * yet; one that ended finds every row already there. Bad rows go to a rejects file and take no
 * good row with them. Throws an `ImportError` whose message says what to do.
 */
export async function importFolder(request: ImportRequest): Promise<ImportReport> {
  return runImport(request, (entries, dialect) => findFiles(entries, request.folder, dialect));
}

/**
 * Imports one file from a stream, as `importFolder` does; what it refers to is in the database.
 * Throws an `ImportError` whose message says what to do.
 */
export async function importStream(request: StreamRequest): Promise<ImportReport> {
  return runImport(request, (entries, dialect) => takeStream(entries, request, dialect));
}

async function runImport(
  { database, plan, options, onProgress, onNote, lockWait = defaultLockWait }: ImportTask,
  find: (entries: readonly ImportFile[], dialect: CsvDialect) => Promise<FolderContent>,
): Promise<ImportReport> {
  const start = performance.now();
  const { rejects: rejectsFolder, ...choices } = options ?? {};
  checkChoices(plan, choices);
  checkLockWait(lockWait);
  const dialect = { backslashQuotes: plan.backslashQuotes ?? false };
  const rejects = new RejectsFile(rejectsFolder ?? '.', plan.name);
  try {
    await rejects.check();
    const content = await find(filesOf(plan, choices), dialect);
    const result = await withConnection(database, (client) =>
      importFiles({
        client,
        plan: plan.name,
        content,
        dialect,
        rejects,
        onProgress,
        onNote,
        lockWait,
      }),
    );
    await rejects.keep();
    const seconds = (performance.now() - start) / 1000;
    return { ...result, rejectsFile: rejects.path, seconds };
  } catch (error) {
    await rejects.discard();
    throw asImportError(error);
  }
}

/** Refuses what PostgreSQL would take for another time. */
function checkLockWait(milliseconds: number): void {
  if (Number.isInteger(milliseconds) && milliseconds > 0 && milliseconds < 2 ** 31) return;
  throw new ImportError(
    `The lockWait of the import is ${milliseconds}. Give it a whole number of milliseconds above 0.`,
  );
}

function checkChoices(plan: ImportPlan, choices: ImportChoices): void {
  for (const [name, value] of Object.entries(choices)) {
    const values = plan.choices?.[name];
    if (value === undefined || values?.includes(value)) continue;
    const known = values ? `only ${values.join(', ')} for ${name}` : `no choice ${name}`;
    throw new ImportError(`The plan ${plan.name} knows ${known}, not ${value}. Leave it out.`);
  }
}
