import { quoteText } from '../../core/schema/names.js';
import type { FileImport } from './file-import.js';
import type { ReferenceColumn } from './import-plan.js';
import { otherRowsIn } from './imported-ids.js';
import { isReference, referencedColumn } from './import-plan.js';
import type { TargetColumn, TargetTable } from './target-table.js';
import { tableSql } from './target-table.js';

/**
 * Tells files that the database can judge by itself. A stream is read once, and what a file brings
 * to other tables is found in its staging table.
 */
export async function canLoadStraight(files: readonly FileImport[]): Promise<boolean> {
  for (const { client, target, entry, file, columns, standIns, arriving } of files) {
    if (file.bytes === undefined || entry.chain || entry.settings) return false;
    for (const column of columns) {
      const { source } = column;
      if (!isReference(source)) continue;
      if (standIns.has(source.to)) return false;
      const { rows } = await client.query(hasForeignKey(target, column.target, source));
      if (rows.length === 0) return false;
      const id = source.type === 'reference' ? arriving.get(source.to) : undefined;
      // A key does not know which rows the files mean.
      if (id !== undefined && (await otherRowsIn(client, source.to, id)).rows > 0) return false;
    }
  }
  return true;
}

/** A foreign key over more columns lets a row through where one of them is null. */
function hasForeignKey(target: TargetTable, column: TargetColumn, source: ReferenceColumn): string {
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
