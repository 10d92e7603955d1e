import { quoteText } from '../../../core/sql/quoting.js';
import { isReference, referencedColumn } from '../plan/entry-columns.js';
import type { ReferenceColumn } from '../plan/import-plan.js';
import { countOtherRows } from '../plan/imported-ids.js';
import type { TargetColumn, TargetTable } from '../plan/target-table.js';
import { tableSql } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';

/**
 * Whether the database can check the rows of files by itself. A stream is read once, and the
 * placeholders that a file needs are found in its staging table.
 */
export async function canLoadDirectly(files: readonly FileImport[]): Promise<boolean> {
  for (const { client, target, entry, file, columns, placeholders, idColumns } of files) {
    if (file.bytes === undefined || entry.sequence || entry.settings) return false;
    for (const column of columns) {
      const { source } = column;
      if (!isReference(source)) continue;
      if (placeholders.has(source.to)) return false;
      const { rows } = await client.query(foreignKeySql(target, column.target, source));
      if (rows.length === 0) return false;
      const id = source.type === 'reference' ? idColumns.get(source.to) : undefined;
      // A foreign key does not know whether the row with an id is the one that the file means.
      if (id !== undefined && (await countOtherRows(client, source.to, id)).rows > 0) return false;
    }
  }
  return true;
}

/** A foreign key over more columns lets a row through where one of them is null. */
function foreignKeySql(target: TargetTable, column: TargetColumn, source: ReferenceColumn): string {
  const place = (table: string, name: string) => `(SELECT a.attnum FROM pg_attribute a
    WHERE a.attrelid = ${table} AND a.attname = ${quoteText(name)})`;
  return `SELECT FROM pg_constraint k
    WHERE k.contype = 'f' AND k.conrelid = ${quoteText(target.sql)}::regclass
      AND k.confrelid = ${quoteText(tableSql(source.to))}::regclass
      AND k.conkey = ARRAY[${place('k.conrelid', column.name)}]
      AND k.confkey = ARRAY[${place('k.confrelid', referencedColumn(source))}]
      AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid
        AND g.tgrelid = k.conrelid AND g.tgenabled IN ('O', 'A'))`;
}
