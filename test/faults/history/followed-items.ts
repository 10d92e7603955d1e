import type { Database } from 'nest-dual-id';
import { addDualId, installDualId } from 'nest-dual-id';
import type { ChangeFeed, ConsumeOptions, FeedBatch } from 'nest-dual-id/history';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { ownedDatabase, runSql } from '../../support/empty-database.js';
import { migratedFor } from '../../support/roles.js';

/** How many items there are to change. */
export const itemCount = 1_000;

/** Makes a database whose items are logged, and returns its addresses. */
export async function followedItems(server: string, name: string): Promise<FollowedItems> {
  const superuser = await ownedDatabase(server, name);
  const application = await migratedFor(superuser, async (runner) => {
    await installDualId(runner);
    await runner.query('CREATE TABLE items (amount integer NOT NULL)');
    await addDualId(runner, { table: 'items' });
    await runner.query(`CREATE TABLE handled (
      place bigint GENERATED ALWAYS AS IDENTITY, consumer text, change_id bigint, record_id bigint)`);
    await installHistory(runner);
    await addHistory(runner, { table: 'items', keep: 'rows' });
    await runner.query(`INSERT INTO items SELECT 0 FROM generate_series(1, ${itemCount})`);
  });
  return { superuser, application };
}

/** The addresses of a database, for a superuser and for the role of the application. */
export interface FollowedItems {
  readonly superuser: string;
  readonly application: string;
}

/** Notes changes as handled: $1 is the consumer, $2 their numbers, $3 their records. */
export const noteHandled = `INSERT INTO handled (consumer, change_id, record_id)
  SELECT $1, change_id, record_id
  FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS k (change_id, record_id, place)
  ORDER BY place`;

/** Consumes the feed, and notes what it handles in the transaction that moves the offset. */
export function consumeItems(
  { database, feed }: { readonly database: Database; readonly feed: ChangeFeed },
  name: string,
  options: ConsumeOptions,
): Promise<void> {
  const handle = async ({ changes }: FeedBatch) => {
    const numbers = changes.map(({ changeId }) => changeId);
    const records = changes.map(({ recordId }) => recordId);
    await database.manager.query(noteHandled, [name, numbers, records]);
  };
  const load = async () => {
    for (const statement of noteSeen) await database.manager.query(statement, [name]);
  };
  return feed.consume(name, handle, { load, size: 500, ...options });
}

/** What a snapshot sees counts as handled by $1, as often as it starts anew. */
const noteSeen = [
  'DELETE FROM handled WHERE consumer = $1',
  `INSERT INTO handled (consumer, change_id, record_id)
   SELECT $1, change_id, record_id FROM dual_id.changes ORDER BY change_id`,
];

/** What is wrong with what a consumer handled, compared with the log; each is a number of changes. */
export interface Handled {
  readonly consumer: string;
  readonly handled: number;
  /** Neither handled nor overtaken by a newer change of the record that came before it. */
  readonly lost: number;
  readonly repeated: number;
  /** Handled after a newer one of the record. */
  readonly stale: number;
  readonly unwritten: number;
  /** Records whose last handled change is not their newest. */
  readonly outdated: number;
}

/** Compares what every consumer handled with the log. */
export function judgeHandled(superuser: string): Promise<Handled[]> {
  return runSql<Handled>(superuser, verdict);
}

const verdict = `
  WITH consumers AS (SELECT DISTINCT consumer FROM handled),
  done AS (SELECT h.*, c.transaction_id,
      max(h.change_id) OVER (PARTITION BY h.consumer, h.record_id ORDER BY h.place) AS newest,
      row_number() OVER (PARTITION BY h.consumer, h.change_id ORDER BY h.place) AS time,
      row_number() OVER (PARTITION BY h.consumer, h.record_id ORDER BY h.place DESC) AS from_end
    FROM handled h LEFT JOIN dual_id.changes c USING (change_id, record_id)),
  newest AS (SELECT record_id, max(change_id) AS change_id FROM dual_id.changes GROUP BY 1),
  missing AS (SELECT o.consumer, c.change_id, c.record_id, c.transaction_id
    FROM consumers o CROSS JOIN dual_id.changes c
    LEFT JOIN handled h ON h.consumer = o.consumer AND h.change_id = c.change_id
    WHERE h.change_id IS NULL),
  lost AS (SELECT m.consumer, count(*) AS n FROM missing m
    WHERE NOT EXISTS (SELECT FROM done d WHERE d.consumer = m.consumer
      AND d.record_id = m.record_id AND d.change_id > m.change_id
      AND d.transaction_id < m.transaction_id)
    GROUP BY 1)
  SELECT o.consumer, count(d.*)::int AS handled,
    coalesce((SELECT n FROM lost l WHERE l.consumer = o.consumer), 0)::int AS lost,
    (count(*) FILTER (WHERE d.time > 1))::int AS repeated,
    (count(*) FILTER (WHERE d.change_id < d.newest))::int AS stale,
    (count(*) FILTER (WHERE d.transaction_id IS NULL))::int AS unwritten,
    (SELECT count(*)::int FROM newest n LEFT JOIN done last ON last.consumer = o.consumer
      AND last.record_id = n.record_id AND last.from_end = 1
      WHERE last.change_id IS DISTINCT FROM n.change_id) AS outdated
  FROM consumers o JOIN done d ON d.consumer = o.consumer
  GROUP BY o.consumer ORDER BY o.consumer`;

/** Whether every consumer has handled the newest change of the log. */
export async function haveAll(superuser: string, consumers: readonly string[]): Promise<boolean> {
  const [row] = await runSql<{ all: boolean }>(
    superuser,
    `SELECT (SELECT count(DISTINCT consumer) FROM handled WHERE consumer = ANY ('{${consumers}}')
       AND change_id = (SELECT max(change_id) FROM dual_id.changes)) = ${consumers.length} AS all`,
  );
  return row!.all;
}
