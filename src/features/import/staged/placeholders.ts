import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { requiredIdColumn } from '../plan/bound-column.js';
import { isFileColumn } from '../plan/entry-columns.js';
import { advanceIds } from '../plan/id-sequence.js';
import type { ImportFile } from '../plan/import-plan.js';
import { rememberIds } from '../plan/imported-ids.js';
import { columnList, tableSql } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { maxAccepted } from './new-rows.js';
import { rowsTable, valueSql } from './typed-rows.js';

/** Makes the rows of other tables whose own file is absent; returns their number, by table. */
export async function makePlaceholders(run: FileImport): Promise<Map<string, number>> {
  const made = new Map<string, number>();
  for (const { target, source } of run.columns) {
    if (!isFileColumn(source) || source.type !== 'reference') continue;
    const entry = run.placeholders.get(source.to);
    if (!entry) continue;
    const rows = await insertPlaceholders(run, { entry, column: target.name });
    made.set(entry.table, (made.get(entry.table) ?? 0) + rows);
  }
  return made;
}

/** The entry whose file is absent, and the column that refers to its rows. */
interface PlaceholderReference {
  readonly entry: ImportFile;
  readonly column: string;
}

/** A later file may bring these very rows, so that their ids count as imported. */
async function rememberPlaceholders(
  { client }: FileImport,
  { entry, column }: PlaceholderReference,
): Promise<void> {
  const own = quoteIdentifier(column);
  await rememberIds(
    client,
    entry.table,
    `SELECT ${own} AS id FROM ${rowsTable} WHERE "$reason" IS NULL AND ${own} IS NOT NULL`,
  );
}

async function insertPlaceholders(
  run: FileImport,
  { entry, column }: PlaceholderReference,
): Promise<number> {
  const id = requiredIdColumn(entry);
  const values = Object.entries(entry.placeholders ?? {});
  const own = quoteIdentifier(column);
  if (entry.startWith === undefined) {
    await advanceIds(run.client, entry, await maxAccepted(run, column));
  }
  const result = await run.client.query(
    `INSERT INTO ${tableSql(entry.table)} (${columnList([id, ...values.map(([name]) => name)])})
     SELECT ${[`imported.${quoteIdentifier(id)}`, ...values.map(([, value]) => valueSql(value))].join(', ')}
     FROM (SELECT DISTINCT ${own} AS ${quoteIdentifier(id)} FROM ${rowsTable}
           WHERE "$reason" IS NULL AND ${own} IS NOT NULL) imported
     WHERE NOT EXISTS (SELECT FROM ${tableSql(entry.table)} t
       WHERE t.${quoteIdentifier(id)} = imported.${quoteIdentifier(id)})`,
  );
  if (result.rowCount) await rememberPlaceholders(run, { entry, column });
  return result.rowCount ?? 0;
}
