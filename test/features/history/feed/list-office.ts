import { setTimeout as sleep } from 'node:timers/promises';
import { addDualId, Database, dualIdDataSource, installDualId } from 'nest-dual-id';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { postgresLists } from 'nest-dual-id/testing';
import type { Appended, CheckedFeed, ListStore } from 'nest-dual-id/testing';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { emptyDatabase } from '../../../support/empty-database.js';
import { migratedFor } from '../../../support/roles.js';
import { feedOfLists, lists, listsOf } from '../../../examples/checked-feed.js';
import type { ListRow } from '../../../examples/checked-feed.js';

/** A database with lists that are logged, and readers of its log. */
export interface ListOffice {
  readonly store: ListStore;
  readonly database: Database;
  readonly pool: pg.Pool;
  /** The feed of the library. */
  readonly feed: CheckedFeed;
  /** What one writes first: `change_id > last`. */
  readonly naive: CheckedFeed;
  stop(): Promise<void>;
}

/** Opens a database with so many lists. */
export async function openLists(records: number): Promise<ListOffice> {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, async (runner) => {
    await installDualId(runner);
    await runner.query(
      `CREATE TABLE lists (name text UNIQUE, items bigint[] NOT NULL DEFAULT '{}')`,
    );
    await addDualId(runner, { table: 'lists' });
    await runner.query(`INSERT INTO lists (name) SELECT 'list ' || i
      FROM generate_series(1, ${records}) i`);
    await installHistory(runner);
    await addHistory(runner, { table: 'lists', keep: 'rows' });
  });
  const source = await new DataSource(dualIdDataSource({ url, entities: [] })).initialize();
  const database = new Database(source, {});
  const pool = new pg.Pool({ connectionString: url, max: 30 });
  // Dropping the database ends connections that the pool has already let go.
  pool.on('error', () => undefined);
  return {
    database,
    pool,
    store: await postgresLists(pool, { table: 'lists' }),
    feed: feedOfLists(database, pool),
    naive: naiveFeed(pool),
    stop: async () => {
      await pool.end();
      await source.destroy();
      await empty.drop();
    },
  };
}

function naiveFeed(pool: pg.Pool): CheckedFeed {
  return {
    snapshot: async () => {
      const rows = await pool.query<ListRow>(lists);
      const last = await pool.query<{ id: string }>(
        'SELECT coalesce(max(change_id), 0) AS id FROM dual_id.changes',
      );
      return { offset: last.rows[0]!.id, lists: listsOf(rows.rows) };
    },
    async *follow(offset, { signal }) {
      for (let last = offset; !signal.aborted; await sleep(5)) {
        const { rows } = await pool.query<AppendedRow>(
          `SELECT change_id, ${appended} FROM dual_id.changes c
           WHERE change_id > $1 ORDER BY change_id LIMIT 100`,
          [last],
        );
        last = rows.at(-1)?.change_id ?? last;
        if (rows.length > 0) yield { offset: last, changes: rows.map(appendedOf) };
      }
    },
  };
}

type AppendedRow = Readonly<Record<'change_id' | 'record' | 'value', string>>;

const appended = `c.new ->> 'name' AS record, c.new -> 'items' ->> -1 AS value`;
const appendedOf = ({ record, value }: AppendedRow): Appended => ({ record, value: Number(value) });
