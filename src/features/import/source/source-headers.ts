import { isFileColumn } from '../plan/entry-columns.js';
import { ImportError } from '../plan/import-error.js';
import type { ImportFile } from '../plan/import-plan.js';
import { CsvReader } from './csv-reader.js';
import type { CsvDialect, CsvRecord } from './csv-record.js';
import { recordFields } from './csv-record.js';

/** Refuses headers that the plan cannot read. Throws an `ImportError`. */
export function checkHeaders(entry: ImportFile, name: string, headers: readonly string[]): void {
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

/** Reads the headers of a file. Throws an `ImportError` where there are none. */
export async function readHeaders(
  chunks: AsyncIterable<Buffer>,
  name: string,
  dialect: CsvDialect,
): Promise<string[]> {
  const reader = new CsvReader(dialect);
  for await (const chunk of chunks) {
    const text = chunk.toString('latin1');
    for (const record of reader.read(text, false)) return parsedHeaders(record, name);
  }
  for (const record of reader.read('', true)) return parsedHeaders(record, name);
  throw new ImportError(`${name} is empty. It needs at least a line with its headers.`);
}

function parsedHeaders(record: CsvRecord, name: string): string[] {
  if (record.problem !== undefined) {
    throw new ImportError(`The header of ${name} cannot be read: ${record.problem}. Correct it.`);
  }
  return recordFields(record).map((header) => header.trim());
}
