import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Random } from '../../../src/shop/generate/random.js';
import { runSql } from '../../support/empty-database.js';
import { openSession } from '../../support/open-session.js';
import { OwnServer } from '../load/own-server.js';
import type { FeedInstance } from './feed-instance.js';
import { feedInstance } from './feed-instance.js';
import type { FollowedItems } from './followed-items.js';
import { consumeItems, followedItems, haveAll, judgeHandled } from './followed-items.js';
import { LateWriters } from './late-writers.js';

const seed = process.env['FAULT_SEED'] ?? String(Date.now());
const random = new Random(seed);
const patienceMilliseconds = 40_000;
const nothing = { lost: 0, repeated: 0, stale: 0, unwritten: 0, outdated: 0 };

let server: OwnServer;
let items: FollowedItems;
let instances: FeedInstance[];
beforeAll(async () => {
  process.stdout.write(`FAULT_SEED=${seed}\n`);
  // What an outage is said of is not what is tested here.
  Logger.overrideLogger(false);
  server = await OwnServer.start();
}, 60_000);
afterAll(() => server.stop());
beforeEach(async () => {
  items = await followedItems(server.url, `items_${random.next()}`);
  instances = [await feedInstance(items.application), await feedInstance(items.application)];
}, 60_000);
afterEach(async () => {
  for (const { source } of instances) await source.destroy();
});

describe('consumers in the application', () => {
  test.each([
    ['is restarted', 'SIGINT'],
    ['is shut down at once', 'SIGQUIT'],
    ['is killed', 'SIGKILL'],
  ] as const)(
    'go on by themselves when PostgreSQL %s under load',
    async (_, signal) => {
      const stopping = new AbortController();
      const options = { signal: stopping.signal, lease: 2_000 };
      const consuming = ['mirror', 'mirror', 'totals'].map((name, place) =>
        consumeItems(instances[place % 2]!, name, options),
      );
      const ended = Promise.allSettled(consuming);
      await untilBegun();
      const writers = new LateWriters(items.application, { count: 24, seed: `${seed} ${signal}` });
      for (let round = 0; round < 3; round += 1) {
        await sleep(1_500 + random.below(1_000));
        await server.restart(signal, random.below(500));
      }
      await sleep(1_500);
      await writers.stop();
      await runSql(items.superuser, 'UPDATE items SET amount = amount + 1');
      await until(() => haveAll(items.superuser, ['mirror', 'totals']));
      stopping.abort();
      const ends = await ended;
      const handled = await judgeHandled(items.superuser);
      const forgotten = await withoutChanges(writers.acknowledged);
      process.stdout.write(
        `${JSON.stringify({ signal, ...writers.written, forgotten, handled })}\n`,
      );
      expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'fulfilled'));
      expect(forgotten).toBe(0);
      expect(handled).toEqual([
        expect.objectContaining({ consumer: 'mirror', ...nothing }),
        expect.objectContaining({ consumer: 'totals', ...nothing }),
      ]);
      expect(writers.written.failed).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('an offset that was stored elsewhere', () => {
  /** Transactions that change nothing are not on the disk when they end: their numbers come again. */
  const useNumbers = async (count: number) => {
    const session = await openSession(items.application);
    for (let time = 0; time < count; time += 1)
      await session.query('SELECT pg_current_xact_id(); ROLLBACK; BEGIN');
    await session.end();
  };
  const change = (id: number) =>
    runSql(items.application, `UPDATE items SET amount = amount + 1 WHERE id = ${id}`);
  /** Until a COMMIT waits for it, nothing is written to the disk. */
  const writeLazily = async () => {
    for (const setting of [`wal_writer_delay = '10s'`, `wal_writer_flush_after = '1GB'`])
      await runSql(server.url, `ALTER SYSTEM SET ${setting}`);
    await runSql(server.url, 'SELECT pg_reload_conf(), pg_sleep(0.5)');
  };

  test('is before every change that follows a crash, also if transaction ids come again', async () => {
    const [{ feed }] = instances as [FeedInstance];
    await writeLazily();
    const begun = await feed.snapshot();
    await change(1);
    await useNumbers(50);
    const first = await feed.follow(begun.offset).next();
    const offset = first.value!.offset;
    const { offset: fresh } = await feed.snapshot();
    const before = await nextTransaction();
    await server.restart('SIGKILL');
    const after = await nextTransaction();
    process.stdout.write(`next transaction: ${before} before the crash, ${after} after it\n`);
    expect(after).toBeLessThan(before - 20);
    for (let id = 2; id <= 60; id += 1) await change(id);
    const expected = Array.from({ length: 59 }, (_, place) => String(place + 2));
    for (const from of [offset, fresh]) expect(await recordsAfter(feed, from)).toEqual(expected);
  }, 60_000);
});

async function recordsAfter(feed: FeedInstance['feed'], offset: string): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const { changes } of feed.read(offset))
    records.push(...changes.map(({ recordId }) => recordId));
  return records;
}

async function nextTransaction(): Promise<number> {
  const [row] = await runSql<{ id: string }>(
    items.superuser,
    'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS id',
  );
  return Number(row!.id);
}

/** How many transactions the server had acknowledged and the log does not know. */
async function withoutChanges(acknowledged: readonly string[]): Promise<number> {
  const [row] = await runSql<{ n: number }>(
    items.superuser,
    `SELECT count(*)::int AS n FROM unnest('{${acknowledged}}'::xid8[]) AS id
     WHERE NOT EXISTS (SELECT FROM dual_id.changes WHERE transaction_id = id)`,
  );
  return row!.n;
}

/** Once both consumers have an offset. */
const untilBegun = () =>
  until(async () => {
    const [row] = await runSql<{ n: number }>(
      items.superuser,
      'SELECT count(position)::int AS n FROM dual_id.feed_consumers',
    );
    return row!.n === 2;
  });

/** Gives up silently: what has not happened shows in the figures. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + patienceMilliseconds;
  while (!(await isSo()) && performance.now() < giveUpAt) await sleep(100);
}
