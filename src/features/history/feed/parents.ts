import type { Database } from '../../../core/database/database.js';
import type { BatchRow } from './feed-statements.js';
import { readParents } from './feed-statements.js';

/** The public ids of the rows that detail rows belong to, by the numbers of their changes. */
export type Parents = ReadonlyMap<string, string | null>;

/** Reads them in one statement, or in none where every row of the batch has its own public id. */
export async function parentsOf(database: Database, rows: readonly BatchRow[]): Promise<Parents> {
  const details = rows.filter(
    ([operation, , , , recordId, uuid]) => operation !== 'B' && recordId !== null && uuid === null,
  );
  if (details.length === 0) return new Map();
  const values = [3, 4, 2].map((column) => details.map((row) => row[column]));
  return new Map(
    (await database.rows(readParents, values)) as unknown as [string, string | null][],
  );
}
