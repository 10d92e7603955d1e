import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FeedBatch } from 'nest-dual-id/history';
import type { FeedOffice, Instance } from './feed-office.js';
import { openFeedOffice } from './feed-office.js';

let office: FeedOffice;
beforeEach(async () => {
  office = await openFeedOffice();
  await office.asOwner('CREATE TABLE copied (change_id text, worker text)');
  await office.asOwner('GRANT SELECT, INSERT ON copied TO PUBLIC');
});
afterEach(() => office.stop());

/** Writes what it was handed, by which worker. */
const copying = ({ database }: Pick<Instance, 'database'>, worker: string) => {
  return async ({ changes }: FeedBatch) => {
    for (const { changeId } of changes)
      await database.manager.query('INSERT INTO copied VALUES ($1, $2)', [changeId, worker]);
  };
};

const insertNotes = (from: number, to: number) =>
  office.sql(`INSERT INTO notes SELECT i, '', '' FROM generate_series(${from}, ${to}) i`);

const copied = () =>
  office.sql<{ worker: string }>('SELECT worker FROM copied ORDER BY change_id::bigint');

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('It did not happen.');
    await sleep(20);
  }
}

const untilCopied = (count: number) => until(async () => (await copied()).length >= count);

/** Once a consumer has its first offset. */
const untilBegun = () =>
  until(async () => {
    const [row] = await office.sql('SELECT position FROM dual_id.feed_consumers');
    return row !== undefined && row['position'] !== null;
  });

test('a consumer goes on from where it was stopped, and writes each change once', async () => {
  for (const [from, to] of [
    [1, 10],
    [11, 20],
  ] as const) {
    const stopping = new AbortController();
    const { signal } = stopping;
    const running = office.feed.consume('copy', copying(office, 'one'), { signal });
    if (from === 1) await untilBegun();
    await insertNotes(from, to);
    await untilCopied(to);
    stopping.abort();
    await running;
  }
  expect(await copied()).toHaveLength(20);
  const [row] = await office.sql(`SELECT leased_until = '-infinity' AS free, token
    FROM dual_id.feed_consumers`);
  expect(row).toEqual({ free: true, token: '2' });
});

test('a load leaves nothing behind if another instance has taken the lease meanwhile', async () => {
  const stopping = new AbortController();
  let loads = 0;
  const load = async () => {
    await office.database.manager.query(`INSERT INTO copied VALUES ('1', 'late')`);
    await office.asOwner(`UPDATE dual_id.feed_consumers
      SET token = token + 1, leased_until = clock_timestamp() + interval '1 hour'`);
    loads += 1;
  };
  const { signal } = stopping;
  const running = office.feed.consume('copy', copying(office, 'one'), { signal, load });
  await until(async () => loads === 1);
  stopping.abort();
  await running;
  expect(await copied()).toEqual([]);
});

test('the rows that there are can be read in the snapshot it starts from', async () => {
  await insertNotes(1, 3);
  const stopping = new AbortController();
  let loaded = 0;
  const running = office.feed.consume('copy', copying(office, 'one'), {
    signal: stopping.signal,
    load: async () => {
      const [row] = await office.database.manager.query('SELECT count(*)::int AS n FROM notes');
      loaded = row.n as number;
    },
  });
  await untilBegun();
  await insertNotes(4, 5);
  await untilCopied(2);
  stopping.abort();
  await running;
  expect(loaded).toBe(3);
  expect(await copied()).toHaveLength(2);
});

test('a second instance waits, and takes over from one that vanished in the middle', async () => {
  const first = await office.instance();
  const second = await office.instance();
  const stopping = new AbortController();
  const { signal } = stopping;
  let isInHand = false;
  const stuck = async (batch: FeedBatch) => {
    await copying(first, 'first')(batch);
    isInHand = true;
    await new Promise(() => undefined);
  };
  void first.feed.consume('copy', stuck, { lease: 1_000 }).catch(() => undefined);
  await untilBegun();
  const waiting = second.feed.consume('copy', copying(second, 'second'), { signal, lease: 1_000 });
  await insertNotes(1, 5);
  await until(async () => isInHand);
  await sleep(1_500);
  expect(await copied()).toEqual([]);
  await first.vanish();
  await untilCopied(5);
  stopping.abort();
  await waiting;
  expect(new Set((await copied()).map(({ worker }) => worker))).toEqual(new Set(['second']));
});

test('what was written under a lease that another took is undone', async () => {
  const first = await office.instance();
  const stopping = new AbortController();
  let tries = 0;
  const slow = async (batch: FeedBatch) => {
    await copying(first, `try ${(tries += 1)}`)(batch);
    if (tries === 1) await office.sql('UPDATE dual_id.feed_consumers SET token = token + 1');
  };
  const running = first.feed.consume('copy', slow, { signal: stopping.signal, lease: 500 });
  await untilBegun();
  await insertNotes(1, 5);
  await untilCopied(5);
  stopping.abort();
  await running;
  expect(new Set((await copied()).map(({ worker }) => worker))).toEqual(new Set(['try 2']));
});

test('an error of the handler ends the consumer, and the batch is done again', async () => {
  let batches = 0;
  const failing = async () => {
    batches += 1;
    throw new Error('The mail server is down.');
  };
  const running = office.feed.consume('copy', failing);
  running.catch(() => undefined);
  await untilBegun();
  await insertNotes(1, 2);
  await expect(running).rejects.toThrow('The mail server is down.');
  const stopping = new AbortController();
  const again = office.feed.consume('copy', copying(office, 'again'), { signal: stopping.signal });
  await untilCopied(2);
  stopping.abort();
  await again;
  expect(batches).toBe(1);
});

test('connections that are cut under a consumer cost nothing', async () => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = office.feed.consume('copy', copying(office, 'one'), { signal, lease: 2_000 });
  await untilBegun();
  for (let round = 0; round < 4; round++) {
    await insertNotes(round * 100 + 1, round * 100 + 100);
    await office.asSuperuser(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND usename = 'test_application'`);
    await sleep(100);
  }
  await until(async () => {
    const [row] = await office.asOwner<{ n: number }>('SELECT count(*)::int AS n FROM copied');
    return row!.n >= 400;
  });
  stopping.abort();
  await running;
  const [row] = await office.asOwner(
    'SELECT count(*)::int AS n, count(DISTINCT change_id)::int AS once FROM copied',
  );
  expect(row).toEqual({ n: 400, once: 400 });
});

test.each([
  ['', {}],
  ['a'.repeat(256), {}],
  ['copy', { lease: 99 }],
  ['copy', { maxPause: 0 }],
  ['copy', { size: 0 }],
])('the name %j and the options %j are refused', async (name, options) => {
  await expect(office.feed.consume(name, async () => undefined, options)).rejects.toMatchObject({
    code: 'misuse',
  });
});
