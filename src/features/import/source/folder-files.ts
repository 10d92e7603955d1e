import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImportError } from '../plan/import-error.js';
import type { ImportFile } from '../plan/import-plan.js';
import type { CsvDialect } from './csv-record.js';
import { isGzipName, matchesPattern, unpackedName } from './file-names.js';
import type { FolderContent, PlannedFiles, SourceFile } from './source-files.js';
import { checkHeaders, readHeaders } from './source-headers.js';
import { digestOf, openFile } from './source-text.js';

/** Finds the plan's files and reads their headers. Throws an `ImportError` where one is missing. */
export async function findFiles(
  entries: readonly ImportFile[],
  folder: string,
  dialect: CsvDialect,
): Promise<FolderContent> {
  const there = await csvNamesIn(folder);
  // `orders.csv.gz` stands for `orders.csv`, and is left alone beside it.
  const inOrder = [...there.filter(isGzipName), ...there.filter((name) => !isGzipName(name))];
  const paths = new Map(inOrder.map((name) => [unpackedName(name), name]));
  const names = [...paths.keys()].toSorted();
  const planned: PlannedFiles[] = [];
  for (const entry of entries) {
    const own = names.filter((name) => matchesPattern(entry.file, name));
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
      unpackedName(name).endsWith('.csv') &&
      (paths.get(unpackedName(name)) !== name ||
        !entries.some((entry) => matchesPattern(entry.file, unpackedName(name)))),
  );
  return { entries, planned, unplanned };
}

async function csvNamesIn(folder: string): Promise<string[]> {
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

interface NamedFile {
  readonly entry: ImportFile;
  readonly name: string;
  readonly dialect: CsvDialect;
}

async function fileAt(path: string, { entry, name, dialect }: NamedFile): Promise<SourceFile> {
  try {
    const found = await stat(path);
    // Opening a pipe would wait forever for a writer.
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
    throw new ImportError(`${path} ${readFault(cause as NodeJS.ErrnoException)}`, { cause });
  }
}

function readFault({ code = '', message }: NodeJS.ErrnoException): string {
  if (code.startsWith('Z_')) {
    return 'is a gzip file that is damaged or cut off. Make it once more and run the import again.';
  }
  if (code === 'EACCES' || code === 'EPERM') return 'cannot be read. Check its permissions.';
  return `cannot be read: ${message}. Put that right and run the import again.`;
}
