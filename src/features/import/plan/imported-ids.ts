import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { ImportFile } from './import-plan.js';
import type { TargetTable } from './target-table.js';
import { tableSql } from './target-table.js';

/** The name of a plan, which no plan can have, for what outlasts the end of an import. */
const everyPlan = '';

/**
 * SQL of the historical ids that imports have loaded into a table, as one multirange. It depends
 * on no row, so that the server reads it once for a statement.
 */
export function importedIdsSql(table: string): string {
  return `(SELECT coalesce((SELECT definition FROM dual_id.imported_files
    WHERE plan = ${quoteText(everyPlan)} AND file = ${quoteText(table)}), '{}')::int8multirange)`;
}

/** Records the ids that a query returns as `id`, in the transaction that loads their rows. */
export async function rememberIds(client: ClientBase, table: string, ids: string): Promise<void> {
  await client.query(
    `INSERT INTO dual_id.imported_files AS known
       (plan, file, table_name, definition, sha256, row_count, checksum)
     SELECT $1, $2, $2, range_agg(run)::text, '', sum(upper(run) - lower(run)), ''
     FROM (SELECT int8range(min(id), max(id), '[]') AS run
           FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS gap
                 FROM (SELECT DISTINCT id::bigint AS id FROM (${ids}) imported) each) gaps
           GROUP BY gap) runs
     HAVING count(*) > 0
     ON CONFLICT (plan, file) DO UPDATE SET
       definition = (known.definition::int8multirange + EXCLUDED.definition::int8multirange)::text,
       row_count = known.row_count + EXCLUDED.row_count, loaded_at = now()`,
    [everyPlan, table],
  );
}

interface ImportTarget {
  readonly client: ClientBase;
  readonly entry: ImportFile;
  readonly target: TargetTable;
}

/** Forgets the ids of a table that has been emptied meanwhile: its next rows are different ones. */
export async function forgetIdsOfEmpty({ client, entry, target }: ImportTarget): Promise<void> {
  await client.query(
    `DELETE FROM dual_id.imported_files
     WHERE plan = $1 AND file = $2 AND NOT EXISTS (SELECT FROM ${target.sql})`,
    [everyPlan, entry.table],
  );
}

/** A table with rows that no import has loaded, and how many of them, up to a limit. */
export interface OtherRows {
  readonly table: string;
  readonly rows: number;
}

/** The maximum number of rows that are counted. */
export const countedIds = 1000;

/** How many rows of a table no import has loaded, up to `maxCounted`. */
export async function countOtherRows(
  client: ClientBase,
  table: string,
  idColumn: string,
): Promise<OtherRows> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM ${tableSql(table)} t
       WHERE NOT ${importedIdsSql(table)} @> t.${quoteIdentifier(idColumn)}::bigint
       LIMIT ${countedIds}) other`,
  );
  return { table, rows: rows[0]?.count ?? 0 };
}
