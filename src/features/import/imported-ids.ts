import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteText } from '../../core/schema/names.js';
import type { FileImport } from './file-import.js';
import { idColumnOf } from './import-plan.js';
import { tableSql } from './target-table.js';

/** Under this name of a plan, which no plan can have, stands what outlasts the end of an import. */
const everyPlan = '';

/**
 * SQL of the historical ids that imports have brought into a table, as one multirange. It depends
 * on no row, so that the server reads it once for a statement.
 */
export function broughtIds(table: string): string {
  return `(SELECT coalesce((SELECT definition FROM dual_id.imported_files
    WHERE plan = ${quoteText(everyPlan)} AND file = ${quoteText(table)}), '{}')::int8multirange)`;
}

/** Keeps the ids that a query returns as `id` in mind, in the transaction that loads their rows. */
export async function rememberIds(client: ClientBase, table: string, ids: string): Promise<void> {
  await client.query(
    `INSERT INTO dual_id.imported_files AS known
       (plan, file, table_name, definition, sha256, row_count, checksum)
     SELECT $1, $2, $2, range_agg(run)::text, '', sum(upper(run) - lower(run)), ''
     FROM (SELECT int8range(min(id), max(id), '[]') AS run
           FROM (SELECT id, id - row_number() OVER (ORDER BY id) AS gap
                 FROM (SELECT DISTINCT id::bigint AS id FROM (${ids}) brought) each) gaps
           GROUP BY gap) runs
     HAVING count(*) > 0
     ON CONFLICT (plan, file) DO UPDATE SET
       definition = (known.definition::int8multirange + EXCLUDED.definition::int8multirange)::text,
       row_count = known.row_count + EXCLUDED.row_count, loaded_at = now()`,
    [everyPlan, table],
  );
}

/** Forgets the ids of a table that somebody has emptied: the rows to come are other ones. */
export async function forgetIdsOfEmpty({ client, entry, target }: FileImport): Promise<void> {
  await client.query(
    `DELETE FROM dual_id.imported_files
     WHERE plan = $1 AND file = $2 AND NOT EXISTS (SELECT FROM ${target.sql})`,
    [everyPlan, entry.table],
  );
}

/** A table with rows that no import has brought, and how many of them, up to a limit. */
export interface OtherRows {
  readonly table: string;
  readonly rows: number;
}

const mostCounted = 1000;

/** How many rows of a table no import has brought, at most a thousand. */
export async function otherRowsIn(
  client: ClientBase,
  table: string,
  idColumn: string,
): Promise<OtherRows> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM ${tableSql(table)} t
       WHERE NOT ${broughtIds(table)} @> t.${quoteIdentifier(idColumn)}::bigint
       LIMIT ${mostCounted}) other`,
  );
  return { table, rows: rows[0]?.count ?? 0 };
}

/** What the import says before it begins where it is not the first to bring rows. */
export function noteOnOtherRows(others: readonly OtherRows[], rejects: string): string | undefined {
  const there = others.filter(({ rows }) => rows > 0);
  if (there.length === 0) return undefined;
  const tables = there.map(
    ({ table, rows }) => `${table} (${rows === mostCounted ? `${rows} or more` : rows})`,
  );
  return (
    `There are rows that no import brought in ${tables.join(', ')}. A row of a file that has the id ` +
    'of one and differs from it, or has a unique value of one, is rejected, and so is what refers ' +
    `to it. Rejected rows go to ${rejects}.`
  );
}

/** The columns that keep the historical ids of tables that files of this import fill. */
export function idColumnsOf(planned: readonly PlannedTable[]): Map<string, string> {
  return new Map(
    planned.flatMap(({ entry, files }) => {
      const id = idColumnOf(entry);
      return id === undefined || files.length === 0 ? [] : [[entry.table, id] as const];
    }),
  );
}

type PlannedTable = Pick<FileImport, 'entry'> & { readonly files: readonly unknown[] };
