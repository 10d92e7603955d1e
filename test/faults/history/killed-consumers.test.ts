import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/shop/generate/random.js';
import pg from 'pg';
import { runSql } from '../../support/empty-database.js';
import { OwnServer } from '../load/own-server.js';
import { FeedWorkers } from './feed-workers.js';
import type { FollowedItems } from './followed-items.js';
import { followedItems, haveAll, judgeHandled, noteHandled } from './followed-items.js';
import { LateWriters } from './late-writers.js';
import { judgeLeases, watchLeases } from './lease-watch.js';

const seed = process.env['FAULT_SEED'] ?? String(Date.now());
const random = new Random(seed);
const writingMilliseconds = 15_000;
const patienceMilliseconds = 50_000;
const folder = mkdtempSync(join(tmpdir(), 'dual-id-feed-'));
const file = join(folder, 'letters');

let server: OwnServer;
let items: FollowedItems;
beforeAll(async () => {
  process.stdout.write(`FAULT_SEED=${seed}\n`);
  server = await OwnServer.start();
  items = await followedItems(server.url, 'followed');
  await watchLeases(items.superuser);
}, 60_000);
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('killed consumers lose and repeat nothing of 64 writers, and never share a lease', async () => {
  const writers = new LateWriters(items.application, { count: 64, seed });
  const plans = [
    { name: 'mirror', lease: 500 },
    { name: 'mirror', lease: 500 },
    { name: 'totals', lease: 500 },
    { name: 'letters', lease: 500, file },
  ];
  const workers = new FeedWorkers(items.application, plans, random);
  await until(haveBegun);
  await disturbed(workers);
  await writers.stop();
  await runSql(items.superuser, 'UPDATE items SET amount = amount + 1');
  const surprises = await settled(workers);
  await noteFile();
  const handled = await judgeHandled(items.superuser);
  const leases = await judgeLeases(items.superuser);
  const told = { ...writers.written, ...workers.counts, handled, leases, surprises };
  process.stdout.write(`${JSON.stringify(told)}\n`);

  expect(surprises).toEqual([]);
  const nothing = { lost: 0, unwritten: 0, outdated: 0 };
  expect(handled).toEqual([
    // The file may have a batch twice: once before the kill, and once after it.
    expect.objectContaining({ consumer: 'letters', ...nothing }),
    expect.objectContaining({ consumer: 'mirror', ...nothing, repeated: 0, stale: 0 }),
    expect.objectContaining({ consumer: 'totals', ...nothing, repeated: 0, stale: 0 }),
  ]);
  expect(leases).toMatchObject({ early: 0, shared: 0, backward: 0 });
  expect(leases.takeovers).toBeGreaterThan(0);
  expect(workers.counts.kills).toBeGreaterThan(0);
  for (const count of Object.values({ ...writers.written, failed: 1 }))
    expect(count).toBeGreaterThan(0);
}, 170_000);

/** Until there was enough of everything, which takes longer on a busy machine. */
async function disturbed(workers: FeedWorkers): Promise<void> {
  const disturbances: Promise<void>[] = [];
  const begunAt = performance.now();
  await until(async () => {
    for (let time = 0; time < 5; time += 1) {
      await sleep(100 + random.below(500));
      disturbances.push(workers.disturb());
    }
    const { takeovers } = await judgeLeases(items.superuser);
    const isLong = performance.now() - begunAt > writingMilliseconds;
    return isLong && takeovers >= 5 && workers.counts.kills >= 5;
  });
  await Promise.all(disturbances);
}

/** Every consumer has an offset, and goes on from it whatever happens. */
async function haveBegun(): Promise<boolean> {
  const [row] = await runSql<{ n: number }>(
    items.superuser,
    'SELECT count(position)::int AS n FROM dual_id.feed_consumers',
  );
  return row!.n === 2 && existsSync(`${file}.offset`);
}

/** Waits until everything has arrived, and ends the workers. */
async function settled(workers: FeedWorkers): Promise<readonly string[]> {
  const newest = await newestChange();
  await until(
    async () =>
      readFileSync(file, 'utf8').includes(`\n${newest} `) &&
      (await haveAll(items.superuser, ['mirror', 'totals'])),
  );
  return workers.end();
}

/** Gives up silently: what has not happened shows in the figures. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + patienceMilliseconds;
  while (!(await isSo()) && performance.now() < giveUpAt) await sleep(200);
}

async function newestChange(): Promise<string> {
  const [row] = await runSql<{ id: string }>(
    items.superuser,
    'SELECT max(change_id)::text AS id FROM dual_id.changes',
  );
  return row!.id;
}

/** A line that a kill cut off is no line. */
async function noteFile(): Promise<void> {
  const lines = [...readFileSync(file, 'utf8').matchAll(/^(\d+) (\d+);$/gm)];
  const client = new pg.Client({ connectionString: items.superuser });
  await client.connect();
  const columns = [1, 2].map((column) => lines.map((line) => line[column]));
  await client.query(noteHandled, ['letters', ...columns]);
  await client.end();
}
