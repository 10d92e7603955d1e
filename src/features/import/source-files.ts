import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fieldsOf } from './copy-rows.js';
import { CsvReader } from './csv-reader.js';
import type { CsvDialect } from './csv-reader.js';
import { ImportError } from './import-error.js';
import type { ImportFile } from './import-plan.js';
import { isFileColumn } from './import-plan.js';
import { digestOf, openFile, textOf, withPeek } from './source-text.js';
import type { SourceText } from './source-text.js';

/** A file that is there, its header read. */
export interface SourceFile {
  readonly name: string;
  readonly headers: readonly string[];
  /** Its size as it is stored, where that is known. */
  readonly bytes: number | undefined;
  /** Its text from the start; that of a stream once. */
  readonly open: () => SourceText;
  /** True once a stream has been opened: it cannot be read again. */
  readonly isSpent: () => boolean;
  /** SHA-256 of its bytes, in hex; undefined for a stream. */
  readonly digest: () => Promise<string | undefined>;
}

/** An entry of the plan with its files; none when it is optional and absent. */
export interface PlannedFiles {
  readonly entry: ImportFile;
  readonly files: readonly SourceFile[];
}

/** What a folder holds for a plan. */
export interface FolderContent {
  /** All entries of the plan. */
  readonly entries: readonly ImportFile[];
  readonly planned: readonly PlannedFiles[];
  /** Names of CSV files that no entry of the plan takes. */
  readonly unplanned: readonly string[];
}

/** Finds the plan's files and reads their headers. Throws an `ImportError` where one is missing. */
export async function findFiles(
  entries: readonly ImportFile[],
  folder: string,
  dialect: CsvDialect,
): Promise<FolderContent> {
  const there = await namesIn(folder);
  // `orders.csv.gz` stands for `orders.csv`, and is left alone beside it.
  const inOrder = [...there.filter(isPacked), ...there.filter((name) => !isPacked(name))];
  const paths = new Map(inOrder.map((name) => [plainName(name), name]));
  const names = [...paths.keys()].toSorted();
  const planned: PlannedFiles[] = [];
  for (const entry of entries) {
    const own = names.filter((name) => matches(entry.file, name));
    if (own.length === 0 && !entry.optional) {
      throw new ImportError(`${folder} has no ${entry.file}. Add the file, or name its folder.`);
    }
    const files: SourceFile[] = [];
    for (const name of own) {
      const path = join(folder, paths.get(name) ?? name);
      files.push(await fileAt(path, { entry, name, dialect }));
    }
    planned.push({ entry, files });
  }
  const unplanned = there.filter(
    (name) =>
      plainName(name).endsWith('.csv') &&
      (paths.get(plainName(name)) !== name ||
        !entries.some((entry) => matches(entry.file, plainName(name)))),
  );
  return { entries, planned, unplanned };
}

/** Takes one file from a stream. Throws an `ImportError` when the plan does not know its name. */
export async function takeStream(
  entries: readonly ImportFile[],
  { file, stream }: { readonly file: string; readonly stream: Readable },
  dialect: CsvDialect,
): Promise<FolderContent> {
  const name = plainName(file);
  const entry = entries.find((candidate) => matches(candidate.file, name));
  if (!entry) {
    const known = entries.map((candidate) => candidate.file).join(', ');
    throw new ImportError(`The plan has no file ${name}, only ${known}. Name one of them.`);
  }
  const { peek, text } = withPeek(textOf(() => stream));
  const headers = await readHeaders(peek(), name, dialect);
  checkHeaders(entry, name, headers);
  const digest = async () => undefined;
  let isOpened = false;
  const open = () => {
    isOpened = true;
    return text;
  };
  const source = { name, headers, bytes: undefined, open, isSpent: () => isOpened, digest };
  return { entries, planned: [{ entry, files: [source] }], unplanned: [] };
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

interface NamedFile {
  readonly entry: ImportFile;
  readonly name: string;
  readonly dialect: CsvDialect;
}

async function fileAt(path: string, { entry, name, dialect }: NamedFile): Promise<SourceFile> {
  try {
    const found = await stat(path);
    // Opening a pipe would wait for whoever writes to it, forever.
    if (!found.isFile()) {
      throw new ImportError(
        `${path} is not a regular file. Put the file itself there, or import its content as a stream.`,
      );
    }
    const headers = await readHeaders(openFile(path).chunks, name, dialect);
    checkHeaders(entry, name, headers);
    const bytes = found.size;
    const digest = () => digestOf(path);
    return { name, headers, bytes, open: () => openFile(path), isSpent: () => false, digest };
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw new ImportError(`${path} ${faultOf(cause as NodeJS.ErrnoException)}`, { cause });
  }
}

function faultOf({ code = '', message }: NodeJS.ErrnoException): string {
  if (code.startsWith('Z_')) {
    return 'is a gzip file that is damaged or cut off. Make it once more and run the import again.';
  }
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read. Check its permissions.';
  return `cannot be read: ${message}. Put that right and run the import again.`;
}

function checkHeaders(entry: ImportFile, name: string, headers: readonly string[]): void {
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
}

async function readHeaders(
  chunks: AsyncIterable<Buffer>,
  name: string,
  dialect: CsvDialect,
): Promise<string[]> {
  const reader = new CsvReader(dialect);
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1');
    for (const record of reader.read(text, false)) return headersOf(record, name);
  }
  for (const record of reader.read('', true)) return headersOf(record, name);
  throw new ImportError(`${name} is empty. It needs at least a line with its headers.`);
}

function isPacked(name: string): boolean {
  return name.endsWith('.csv.gz');
}

function plainName(name: string): string {
  return isPacked(name) ? name.slice(0, -'.gz'.length) : name;
}

function headersOf(record: Parameters<typeof fieldsOf>[0], name: string): string[] {
  if (record.problem !== undefined) {
    throw new ImportError(`The header of ${name} cannot be read: ${record.problem}. Correct it.`);
  }
  return fieldsOf(record).map((header) => header.trim());
}
