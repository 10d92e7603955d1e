import { createReadStream } from 'node:fs';
import type { ReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf } from './copy-rows.js';
import { CsvReader } from './csv-reader.js';
import type { CsvDialect } from './csv-reader.js';
import { ImportError } from './import-error.js';
import type { ImportFile } from './import-plan.js';
import { isFileColumn } from './import-plan.js';

/** A file that is there, its header read. */
export interface SourceFile {
  readonly name: string;
  readonly path: string;
  readonly headers: readonly string[];
}

/** An entry of the plan with its files; none when it is optional and absent. */
export interface PlannedFiles {
  readonly entry: ImportFile;
  readonly files: readonly SourceFile[];
}

/** What a folder holds for a plan. */
export interface FolderContent {
  readonly planned: readonly PlannedFiles[];
  /** Names of CSV files that no entry of the plan takes. */
  readonly unplanned: readonly string[];
}

const chunkBytes = 256 * 1024;

/** Finds the plan's files and reads their headers. Throws an `ImportError` where one is missing. */
export async function findFiles(
  entries: readonly ImportFile[],
  folder: string,
  dialect: CsvDialect,
): Promise<FolderContent> {
  const names = await namesIn(folder);
  const planned: PlannedFiles[] = [];
  for (const entry of entries) {
    const own = names.filter((name) => matches(entry.file, name));
    if (own.length === 0 && !entry.optional) {
      throw new ImportError(`${folder} has no ${entry.file}. Add the file, or name its folder.`);
    }
    const files: SourceFile[] = [];
    for (const name of own) files.push(await withHeaders(entry, join(folder, name), name, dialect));
    planned.push({ entry, files });
  }
  const unplanned = names.filter(
    (name) => name.endsWith('.csv') && !entries.some((entry) => matches(entry.file, name)),
  );
  return { planned, unplanned };
}

/** Opens a file as latin1 text, one character for each byte. */
export function openSource(path: string): ReadStream {
  return createReadStream(path, { encoding: 'latin1', highWaterMark: chunkBytes });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .toSorted();
  } catch (cause) {
    throw new ImportError(`The folder ${folder} cannot be read. Name the one with the data.`, {
      cause,
    });
  }
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

async function withHeaders(
  entry: ImportFile,
  path: string,
  name: string,
  dialect: CsvDialect,
): Promise<SourceFile> {
  const headers = await readHeaders(path, name, dialect);
  const wanted = Object.values(entry.columns).filter(isFileColumn);
  for (const { from, optional } of wanted) {
    const count = headers.filter((header) => header === from).length;
    if (count > 1) {
      throw new ImportError(`${name} has the header ${from} ${count} times. Keep one of them.`);
    }
    if (count === 0 && !optional) {
      throw new ImportError(
        `${name} has no header ${from}, only ${headers.join(', ')}. Add the column or its header.`,
      );
    }
  }
  return { name, path, headers };
}

async function readHeaders(path: string, name: string, dialect: CsvDialect): Promise<string[]> {
  const reader = new CsvReader(dialect);
  const source = openSource(path);
  try {
    for await (const chunk of source) {
      for (const record of reader.read(chunk as string, false)) return headersOf(record, name);
    }
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(`${path} cannot be read. Check its permissions.`, { cause });
  } finally {
    source.destroy();
  }
  for (const record of reader.read('', true)) return headersOf(record, name);
  throw new ImportError(`${name} is empty. It needs at least a line with its headers.`);
}

function headersOf(record: Parameters<typeof fieldsOf>[0], name: string): string[] {
  if (record.problem !== undefined) {
    throw new ImportError(`The header of ${name} cannot be read: ${record.problem}. Correct it.`);
  }
  return fieldsOf(record).map((header) => header.trim());
}
