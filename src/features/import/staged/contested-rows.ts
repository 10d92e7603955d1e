import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import { entryKeyOf } from '../plan/entry-columns.js';
import type { FileImport } from '../source/file-import.js';
import { sameKeySql } from '../source/file-import.js';
import { rowsTable } from './typed-rows.js';

const madeTable = 'pg_temp.dual_id_made';

/**
 * Whether rows that lost to another writer may be left out and checked again. Rows of a sequence
 * follow one another, deferrable keys are checked at the end only, and rules do not report what
 * they did.
 */
export async function canContest({ client, target, entry }: FileImport): Promise<boolean> {
  if (entry.sequence) return false;
  const table = `${quoteText(target.sql)}::regclass`;
  const { rows } = await client.query<{ can: boolean }>(
    `SELECT NOT relhasrules AND NOT EXISTS (
       SELECT FROM pg_index WHERE indrelid = ${table} AND NOT indimmediate) AS can
     FROM pg_class WHERE oid = ${table}`,
  );
  return rows[0]?.can ?? false;
}

/**
 * Runs an INSERT of staged rows that leaves out what other writers have taken meanwhile, and takes
 * what it inserted off the staged rows: the rest is still to be checked. Returns their number.
 */
export async function insertContested(run: FileImport, insert: string): Promise<number> {
  const { client, entry } = run;
  const key = entryKeyOf(entry).map(quoteIdentifier).join(', ');
  await client.query(
    `CREATE TEMP TABLE dual_id_made ON COMMIT DROP AS SELECT ${key} FROM ${rowsTable} WITH NO DATA`,
  );
  const inserted = await client.query(
    `WITH made AS (${insert} ON CONFLICT DO NOTHING RETURNING ${key})
     INSERT INTO ${madeTable} SELECT ${key} FROM made`,
  );
  await client.query(
    `DELETE FROM ${rowsTable} r USING ${madeTable} m WHERE ${sameKeySql(run, 'm', 'r')}`,
  );
  await client.query(`DROP TABLE ${madeTable}`);
  return inserted.rowCount ?? 0;
}
