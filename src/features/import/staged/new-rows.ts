import { quoteIdentifier } from '../../../core/sql/quoting.js';
import { columnList } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';
import { sameKeySql } from '../source/file-import.js';
import { rowsTable } from './typed-rows.js';

/** The start of the statement that inserts rows of the file, up to where they come from. */
export function insertSql({ target, columns }: FileImport): string {
  const names = columnList(columns.map((column) => column.target.name));
  return `INSERT INTO ${target.sql} (${names}) SELECT ${names}`;
}

/** SQL of whether a row `r` passed every check and is not in the table. */
export function isNewSql(run: FileImport): string {
  return `"$reason" IS NULL AND NOT ${isLoadedSql(run)}`;
}

/** SQL of whether the key of a row `r` is in the table. */
export function isLoadedSql(run: FileImport): string {
  return `EXISTS (SELECT FROM ${run.target.sql} t WHERE ${sameKeySql(run, 't', 'r')})`;
}

/** The highest value of a column in the rows that passed every check; null without any. */
export async function maxAccepted({ client }: FileImport, column: string): Promise<string | null> {
  const { rows } = await client.query<{ highest: string | null }>(
    `SELECT max(${quoteIdentifier(column)})::text AS highest FROM ${rowsTable}
     WHERE "$reason" IS NULL`,
  );
  return rows[0]?.highest ?? null;
}
