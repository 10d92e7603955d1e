import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { BoundColumn } from '../plan/bound-column.js';
import {
  idColumnOf,
  isReference,
  maxHistoricalId,
  referencedColumn,
} from '../plan/entry-columns.js';
import type { ReferenceColumn } from '../plan/import-plan.js';
import { importedIdsSql } from '../plan/imported-ids.js';
import { tableSql } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { isNewSql } from './new-rows.js';
import { rowsTable } from './typed-rows.js';

type BoundReference = BoundColumn & { readonly source: ReferenceColumn };

function isBoundReference(column: BoundColumn): column is BoundReference {
  return isReference(column.source);
}

/** Rejects new rows that refer to a row which is neither there nor on its way. */
export async function checkReferences(run: FileImport): Promise<void> {
  for (const column of run.columns.filter(isBoundReference)) await checkReference(run, column);
}

/** Once every row is checked: what refers to a rejected row of the same file goes with it. */
export async function checkOwnReferences(run: FileImport): Promise<void> {
  const own = run.columns
    .filter(isBoundReference)
    .filter(({ source }) => isOwnReference(run, source));
  for (let rejected = own.length; rejected > 0;) {
    rejected = 0;
    for (const column of own) rejected += await checkReference(run, column);
  }
}

/** A tree: rows that refer to rows of the same file, in any order. */
function isOwnReference({ entry }: FileImport, { type, to }: ReferenceColumn): boolean {
  return type === 'reference' && to === entry.table;
}

/** Returns how many rows it rejected. */
async function checkReference(
  run: FileImport,
  { target, label, source }: BoundReference,
): Promise<number> {
  const own = `r.${quoteIdentifier(target.name)}`;
  const refersTo = (rows: string) => `SELECT FROM ${rows} p
    WHERE p.${quoteIdentifier(referencedColumn(source))} = ${own}`;
  const row = refersTo(tableSql(source.to));
  const sameFileSql = comesWith(run, source)
    ? `EXISTS (${refersTo(rowsTable)} AND p."$reason" IS NULL)`
    : 'false';
  const imported = importedRowSql(run, source);
  const missing = quoteText(`${label} refers to a row that is not in ${source.to}`);
  const other = quoteText(`${label} refers to a row of ${source.to} that no import brought`);
  const reason =
    imported === '' ? missing : `CASE WHEN EXISTS (${row}) THEN ${other} ELSE ${missing} END`;
  const rejected = await run.client.query(
    `UPDATE ${rowsTable} r SET "$reason" = ${reason}
     WHERE "$reason" IS NULL AND ${own} IS NOT NULL AND NOT (${placeholderSql(run, source, own)})
       AND NOT ${sameFileSql} AND NOT EXISTS (${row} ${imported}) AND ${isNewSql(run)}`,
  );
  return rejected.rowCount ?? 0;
}

/** SQL of whether a placeholder is made for an id. */
function placeholderSql(run: FileImport, { type, to }: ReferenceColumn, own: string): string {
  const entry = type === 'reference' ? run.placeholders.get(to) : undefined;
  if (!entry) return 'false';
  const last = maxHistoricalId(entry);
  return `${own} >= 1${last ? ` AND ${own} <= ${last}` : ''}`;
}

/** Whether the file may bring the row that is referred to. */
function comesWith(run: FileImport, source: ReferenceColumn): boolean {
  const name = referencedColumn(source);
  return isOwnReference(run, source) && run.columns.some(({ target }) => target.name === name);
}

/**
 * The condition on rows `p` that an import brought them; empty where any row will do. A historical
 * id means the row that a file brings, now or before, and not one that happens to have its number.
 * Where no file for the other table is at hand, what is there is taken.
 */
function importedRowSql(run: FileImport, source: ReferenceColumn): string {
  if (source.type !== 'reference') return '';
  const entry = run.placeholders.get(source.to);
  const id = entry ? idColumnOf(entry) : run.idColumns.get(source.to);
  if (id === undefined) return '';
  return `AND ${importedIdsSql(source.to)} @> p.${quoteIdentifier(id)}::bigint`;
}
