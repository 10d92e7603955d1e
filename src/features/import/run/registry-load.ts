import { quoteTable } from '../../../core/sql/quoting.js';
import type { FileImport } from '../source/file-import.js';
import type { SourceFile } from '../source/source-files.js';
import { isEnrolled } from '../staged/passport-checks.js';
import type { FinishBulk } from './bulk-load.js';
import { beginBulk } from './bulk-load.js';

/**
 * Takes the indexes off the registry while the files of one table are loaded, when the table
 * enrols its rows and brings a quarter of what the registry has, or more: below that it is cheaper
 * to keep them than to build them. Returns undefined when they stay.
 */
export async function beginRegistry(
  imports: readonly FileImport[],
): Promise<FinishBulk | undefined> {
  const [first] = imports;
  if (!first || !(await isEnrolled(first))) return undefined;
  let rows = 0;
  for (const { file } of imports) rows += await estimatedRows(file);
  const registry = { sql: quoteTable('passports', 'dual_id'), withReferences: true };
  return beginBulk(first.client, { ...registry, fewRows: rows * 4, before: first.target.sql });
}

const sampleBytes = 1 << 20;
/** Passports of a registry that is as good as empty. How many rows a stream has is unknown. */
const fewRows = 1000;

/** How many rows a file has, about: its first megabyte has as many lines a byte as the rest. */
async function estimatedRows({ bytes, open }: SourceFile): Promise<number> {
  if (bytes === undefined) return fewRows;
  const { chunks, bytesRead } = open();
  let lines = 0;
  for await (const chunk of chunks) {
    lines += chunk.toString('latin1').split('\n').length - 1;
    if (bytesRead() >= sampleBytes) break;
  }
  return Math.round((lines * bytes) / Math.max(bytesRead(), 1));
}
