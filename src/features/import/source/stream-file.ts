import type { Readable } from 'node:stream';
import { ImportError } from '../plan/import-error.js';
import type { ImportFile } from '../plan/import-plan.js';
import type { CsvDialect } from './csv-record.js';
import { matchesPattern, unpackedName } from './file-names.js';
import type { FolderContent } from './source-files.js';
import { checkHeaders, readHeaders } from './source-headers.js';
import { sourceText, withPeek } from './source-text.js';

/** Takes one file from a stream. Throws an `ImportError` when the plan does not know its name. */
export async function takeStream(
  entries: readonly ImportFile[],
  { file, stream }: { readonly file: string; readonly stream: Readable },
  dialect: CsvDialect,
): Promise<FolderContent> {
  const name = unpackedName(file);
  const entry = entries.find((candidate) => matchesPattern(candidate.file, name));
  if (!entry) {
    const known = entries.map((candidate) => candidate.file).join(', ');
    throw new ImportError(`The plan has no file ${name}, only ${known}. Name one of them.`);
  }
  const { peek, text } = withPeek(sourceText(() => stream));
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
