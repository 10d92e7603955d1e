import type { Database } from '../database/database.js';
import { statement } from '../database/statement.js';
import { tableOf } from '../sql/entity-names.js';
import type { ResolvedPath } from '../view/relation-path.js';

/**
 * Which of these columns compare texts by a nondeterministic collation, with which PostgreSQL
 * cannot search for substrings. Only the database knows: the entity need not declare a column's
 * collation.
 */
export async function nondeterministic(
  database: Database,
  paths: readonly ResolvedPath[],
): Promise<ReadonlySet<ResolvedPath>> {
  const tables = paths.map(({ column }) => tableOf(column.entityMetadata));
  const columns = paths.map(({ column }) => column.databaseName);
  const rows = await database.rows(nondeterministicColumns, [tables, columns]);
  return new Set(rows.map(([place]) => paths[Number(place) - 1]!));
}

const nondeterministicColumns = statement(
  `SELECT asked.place FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (tab, col, place)
   JOIN pg_attribute a ON a.attrelid = to_regclass(asked.tab) AND a.attname = asked.col
   JOIN pg_collation c ON c.oid = a.attcollation
   WHERE NOT c.collisdeterministic`,
);
