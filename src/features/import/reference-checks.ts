import { quoteIdentifier, quoteText } from '../../core/schema/names.js';
import type { BoundColumn } from './bound-column.js';
import type { FileImport } from './file-import.js';
import { broughtIds } from './imported-ids.js';
import type { ReferenceColumn } from './import-plan.js';
import { idColumnOf, isReference, largestHistoricalId, referencedColumn } from './import-plan.js';
import { isNew } from './load-rows.js';
import { tableSql } from './target-table.js';
import { rowsTable } from './typed-rows.js';

type BoundReference = BoundColumn & { readonly source: ReferenceColumn };

function isBoundReference(column: BoundColumn): column is BoundReference {
  return isReference(column.source);
}

/** Rejects new rows that refer to a row which is neither there nor on its way. */
export async function checkReferences(run: FileImport): Promise<void> {
  for (const column of run.columns.filter(isBoundReference)) await checkReference(run, column);
}

/** Once every row is judged: what refers to a rejected row of the same file goes with it. */
export async function checkOwnReferences(run: FileImport): Promise<void> {
  const own = run.columns.filter(isBoundReference).filter(({ source }) => isOwn(run, source));
  for (let rejected = own.length; rejected > 0;) {
    rejected = 0;
    for (const column of own) rejected += await checkReference(run, column);
  }
}

/** A tree: rows that refer to rows of the same file, in any order. */
function isOwn({ entry }: FileImport, { type, to }: ReferenceColumn): boolean {
  return type === 'reference' && to === entry.table;
}

/** Returns how many rows it rejected. */
async function checkReference(
  run: FileImport,
  { target, label, source }: BoundReference,
): Promise<number> {
  const own = `r.${quoteIdentifier(target.name)}`;
  const standIn = source.type === 'reference' ? run.standIns.get(source.to) : undefined;
  const last = standIn && largestHistoricalId(standIn);
  const canStandIn = standIn ? `${own} >= 1${last ? ` AND ${own} <= ${last}` : ''}` : 'false';
  const refersTo = (rows: string) => `SELECT FROM ${rows} p
    WHERE p.${quoteIdentifier(referencedColumn(source))} = ${own}`;
  const row = refersTo(tableSql(source.to));
  const isOnItsWay = comesWith(run, source)
    ? `EXISTS (${refersTo(rowsTable)} AND p."$reason" IS NULL)`
    : 'false';
  const brought = broughtBy(run, source);
  const missing = quoteText(`${label} refers to a row that is not in ${source.to}`);
  const other = quoteText(`${label} refers to a row of ${source.to} that no import brought`);
  const reason =
    brought === '' ? missing : `CASE WHEN EXISTS (${row}) THEN ${other} ELSE ${missing} END`;
  const rejected = await run.client.query(
    `UPDATE ${rowsTable} r SET "$reason" = ${reason}
     WHERE "$reason" IS NULL AND ${own} IS NOT NULL AND NOT (${canStandIn})
       AND NOT ${isOnItsWay} AND NOT EXISTS (${row} ${brought}) AND ${isNew(run)}`,
  );
  return rejected.rowCount ?? 0;
}

/** Whether the file may bring the row that is referred to. */
function comesWith(run: FileImport, source: ReferenceColumn): boolean {
  const name = referencedColumn(source);
  return isOwn(run, source) && run.columns.some(({ target }) => target.name === name);
}

/**
 * A historical id means the row that a file brings, now or before, and not one that happens to
 * have its number. Where no file for the other table is at hand, what is there is taken.
 */
function broughtBy(run: FileImport, source: ReferenceColumn): string {
  if (source.type !== 'reference') return '';
  const standIn = run.standIns.get(source.to);
  const id = standIn ? idColumnOf(standIn) : run.arriving.get(source.to);
  if (id === undefined) return '';
  return `AND ${broughtIds(source.to)} @> p.${quoteIdentifier(id)}::bigint`;
}
