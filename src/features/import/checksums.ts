import type { ClientBase } from 'pg';
import { quoteIdentifier } from '../../core/schema/names.js';
import { largestHistoricalId } from './bound-column.js';
import type { ImportFile } from './import-plan.js';
import { isFileColumn, isReference, referencedColumn } from './import-plan.js';
import type { FolderContent } from './source-files.js';
import { tableSql } from './target-table.js';

/** A checksum of every table that is filled, over its historical rows and imported columns. */
export async function checksumsOf(
  client: ClientBase,
  { planned, entries }: FolderContent,
): Promise<Map<string, string>> {
  const checksums = new Map<string, string>();
  for (const { entry, files } of planned) {
    if (checksums.has(entry.table) || (files.length === 0 && !entry.standIns)) continue;
    const own = entries.filter(({ table }) => table === entry.table);
    const { rows } = await client.query<{ checksum: string }>(checksumQuery(own, entries));
    checksums.set(entry.table, rows[0]?.checksum ?? '');
  }
  return checksums;
}

/** A sum does not mind the order of rows, and md5 is the same on every version of the server. */
function checksumQuery(own: readonly ImportFile[], entries: readonly ImportFile[]): string {
  const names = new Set(own.flatMap(importedColumns));
  const text = `ROW(${[...names].toSorted().map(quoteIdentifier).join(', ')})::text`;
  const number = `('x' || left(md5(${text}), 16))::bit(64)::bigint`;
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
    const owner = ownerOf(entry, source, entries);
    const last = owner && largestHistoricalId(owner);
    if (last === undefined) return [];
    const column = quoteIdentifier(name);
    return [`(${column} <= ${last} OR ${column} IS NULL)`];
  });
}

function ownerOf(
  entry: ImportFile,
  source: ImportFile['columns'][string],
  entries: readonly ImportFile[],
): ImportFile | undefined {
  if (isFileColumn(source) && source.type === 'id') return entry;
  if (!isReference(source) || source.type !== 'reference') return undefined;
  const isById = referencedColumn(source) === 'id';
  return isById ? entries.find(({ table }) => table === source.to) : undefined;
}
