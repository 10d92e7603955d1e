import type { Database } from 'nest-dual-id';
import { ChangeFeed } from 'nest-dual-id/history';
import type { Change } from 'nest-dual-id/history';
import { checkFeed, postgresLists } from 'nest-dual-id/testing';
import type { Appended, CheckedFeed, FeedVerdict } from 'nest-dual-id/testing';
import type { Pool } from 'pg';

/** Checks the feed of a table `lists (name text, items bigint[])` that keeps its rows. */
export async function checkListFeed(database: Database, pool: Pool): Promise<FeedVerdict> {
  const store = await postgresLists(pool, { table: 'lists' });
  return checkFeed({ feed: feedOfLists(database, pool), store, transactions: 200 });
}

/** The changes of the log as the numbers that they appended. */
export function feedOfLists(database: Database, pool: Pool): CheckedFeed {
  const feed = new ChangeFeed(database);
  return {
    snapshot: async () => {
      const { offset, result } = await feed.snapshot(() => database.manager.query(lists));
      return { offset, lists: listsOf(result as ListRow[]) };
    },
    async *follow(offset, { signal }) {
      // Small batches, so that some of them end between the changes of a transaction.
      for await (const batch of feed.follow(offset, { signal, size: 7 }))
        yield { offset: batch.offset, changes: await appendedBy(pool, batch.changes) };
    },
  };
}

/** A row as `lists` reads it. */
export type ListRow = Readonly<Record<'name' | 'items', string>>;

/** Reads all lists. */
export const lists = 'SELECT name, array_to_json(items)::text AS items FROM lists';

/** The lists by the names of their records. */
export const listsOf = (rows: readonly ListRow[]) =>
  new Map(rows.map(({ name, items }) => [name, JSON.parse(items) as number[]]));

/** The images of the log say which number a change appended. */
async function appendedBy(pool: Pool, changes: readonly Change[]): Promise<Appended[]> {
  const { rows } = await pool.query<{ record: string; value: string }>(
    `SELECT c.new ->> 'name' AS record, c.new -> 'items' ->> -1 AS value
     FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS k (record_id, change_id, place)
     JOIN dual_id.changes c USING (record_id, change_id) ORDER BY k.place`,
    [changes.map(({ recordId }) => recordId), changes.map(({ changeId }) => changeId)],
  );
  return rows.map(({ record, value }) => ({ record, value: Number(value) }));
}
