import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../../core/sql/quoting.js';
import {
  isFileColumn,
  isReference,
  maxHistoricalId,
  referencedColumn,
} from '../plan/entry-columns.js';
import type { ImportFile } from '../plan/import-plan.js';
import { tableSql } from '../plan/target-table.js';
import type { FolderContent } from './source-files.js';

/** A checksum of a table over its historical rows and the columns that files fill. */
export async function tableChecksum(
  client: ClientBase,
  table: string,
  { entries }: FolderContent,
): Promise<string> {
  const own = entries.filter((entry) => entry.table === table);
  const { rows } = await client.query<{ checksum: string }>(checksumQuery(own, entries));
  return rows[0]?.checksum ?? '';
}

/** A sum does not mind the order of rows; the hash is the one that partitions are found by. */
function checksumQuery(own: readonly ImportFile[], entries: readonly ImportFile[]): string {
  const names = new Set(own.flatMap(importedColumns));
  const text = `ROW(${[...names].toSorted().map(quoteIdentifier).join(', ')})::text`;
  const number = `hashtextextended(${text}, 0)`;
  const conditions = own.flatMap((entry) => historicalRows(entry, entries));
  return `SELECT md5(count(*) || ':' || coalesce(sum(${number}), 0)) AS checksum
    FROM ${tableSql(own[0]?.table ?? '')} WHERE ${['true', ...new Set(conditions)].join(' AND ')}`;
}

function importedColumns({ columns }: ImportFile): string[] {
  return Object.keys(columns).filter((name) => isFileColumn(columns[name] ?? { constant: null }));
}

/** New rows lie behind `startWith`, and so does what refers to them. */
function historicalRows(entry: ImportFile, entries: readonly ImportFile[]): string[] {
  return Object.entries(entry.columns).flatMap(([name, source]) => {
    if (!isFileColumn(source)) return [];
    const owner = idFileOf(entry, source, entries);
    const last = owner && maxHistoricalId(owner);
    if (last === undefined) return [];
    const column = quoteIdentifier(name);
    return [`(${column} <= ${last} OR ${column} IS NULL)`];
  });
}

function idFileOf(
  entry: ImportFile,
  source: ImportFile['columns'][string],
  entries: readonly ImportFile[],
): ImportFile | undefined {
  if (isFileColumn(source) && source.type === 'id') return entry;
  if (!isReference(source) || source.type !== 'reference') return undefined;
  const isById = referencedColumn(source) === 'id';
  return isById ? entries.find(({ table }) => table === source.to) : undefined;
}
