import { createWriteStream } from 'node:fs';
import { access, constants, mkdir, open, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { quoteText } from '../../../core/sql/quoting.js';
import { stagedName } from '../plan/bound-column.js';
import { ImportError } from '../plan/import-error.js';
import type { FileImport } from '../source/file-import.js';
import { rowsTable, stagedTable } from '../staged/typed-rows.js';

const part = '.part';
const headerLine = 'file,line,reason,row\n';

/** The rejected rows of one import as CSV: file, line, reason and the row as it stood there. */
export class RejectsFile {
  /** Path of the file that rejected rows would go to. */
  readonly target: string;
  private created: string | undefined;
  private kept: string | null = null;

  constructor(
    private readonly folder: string,
    plan: string,
  ) {
    const stamp = new Date().toISOString().replaceAll(':', '-');
    this.target = join(folder, `${plan}-${stamp}.rejects.csv`);
  }

  /** Path of the file, or null when nothing has been rejected. */
  get path(): string | null {
    return this.kept;
  }

  /** Refuses a folder that cannot be written to, before anything is loaded. Makes nothing. */
  async check(): Promise<void> {
    try {
      await checkFolder(resolve(this.folder));
    } catch (cause) {
      throw this.unwritable(this.folder, cause);
    }
  }

  /** Appends the rejected rows of a file that is still staged. */
  async append(run: FileImport): Promise<void> {
    this.created ??= await this.create();
    await pipeline(
      run.client.query(copyTo(`COPY (${rejectedRows(run)}) TO STDOUT (FORMAT csv)`)),
      createWriteStream(this.created, { flags: 'a' }),
    );
  }

  /** How much has been written, to go back to; undefined before the first reject. */
  async position(): Promise<number | undefined> {
    return this.created === undefined ? undefined : (await stat(this.created)).size;
  }

  /** Takes back what was written since, of rows whose table is begun again. */
  async rewind(position: number | undefined): Promise<void> {
    if (this.created === undefined) return;
    if (position === undefined) await this.discard();
    else await truncate(this.created, position);
  }

  /** Gives the file its name after an import that happened; one that was killed leaves a `.part`. */
  async keep(): Promise<void> {
    if (this.created === undefined) return;
    await rename(this.created, this.target);
    this.kept = this.target;
  }

  /** Takes the file away again, after an import that did not happen. */
  async discard(): Promise<void> {
    if (this.created !== undefined) await rm(this.created, { force: true });
    this.created = undefined;
  }

  private async create(): Promise<string> {
    const path = `${this.target}${part}`;
    try {
      await mkdir(this.folder, { recursive: true });
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(headerLine);
      await file.close();
      return path;
    } catch (cause) {
      throw this.unwritable(path, cause);
    }
  }

  private unwritable(path: string, cause: unknown): ImportError {
    const sentence = `The rejected rows cannot be written to ${path}.`;
    return new ImportError(`${sentence} Choose another folder for them.`, { cause });
  }
}

/** A folder that is not there can be made where the one above it can be written to. */
async function checkFolder(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || path === dirname(path)) throw error;
    return undefined;
  });
  if (!found) return checkFolder(dirname(path));
  if (!found.isDirectory()) throw new Error(`${path} is no folder.`);
  await access(path, constants.W_OK | constants.X_OK);
}

function rejectedRows({ file }: FileImport): string {
  // Only a record with quotes was staged with its text; any other is its fields and commas.
  const fields = file.headers.map((_, index) => `coalesce(s.${stagedName(index)}, '')`);
  return `SELECT ${quoteText(file.name)}, s."$line", coalesce(s."$reason", r."$reason"),
      coalesce(s."$raw", array_to_string(ARRAY[${fields.join(', ')}], ','))
    FROM ${stagedTable} s LEFT JOIN ${rowsTable} r ON r."$line" = s."$line"
    WHERE s."$reason" IS NOT NULL OR r."$reason" IS NOT NULL ORDER BY s."$line"`;
}
