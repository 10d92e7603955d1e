import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

const name = 'public.articles';
let stock: Stock;
let stop: AbortController;
let run: Promise<unknown> = Promise.resolve();

beforeEach(async () => {
  stop = new AbortController();
  stock = await openStock(articleTables('integer', 6_000));
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
  await stock.conversions.start(plan, { until: 'expand' });
});
afterEach(async () => {
  stop.abort();
  await run.catch(() => undefined);
  await stock.stop();
});

const filled = async () => {
  const [row] = await stock.rows<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM articles WHERE uuid IS NOT NULL',
  );
  return row!.rows;
};

async function until(isReached: () => Promise<boolean>, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!(await isReached())) {
    if (performance.now() > end) throw new Error('This was not reached in time.');
    await sleep(20);
  }
}

const goOn = (options: { rate?: number; maxWal?: number }) => {
  const { signal } = stop;
  run = stock.conversions.resume(name, { ...options, until: 'backfill', signal, log: () => {} });
};

test('a rate that is raised takes effect within moments, also while a backfill waits', async () => {
  goOn({ rate: 20 });
  await until(async () => (await filled()) > 0, 10_000);
  await stock.conversions.setRate(name, 1_000_000);
  await until(async () => (await filled()) === 6_000, 10_000);
  await run;
});

test('a rate of less than one row is refused', async () => {
  await expect(stock.conversions.setRate(name, 0)).rejects.toThrow(
    'rate is 0, not a number from 1',
  );
});

test('what others write while a backfill is paused does not hold it up afterwards', async () => {
  goOn({ maxWal: 200_000 });
  await until(async () => (await filled()) > 0, 10_000);
  await stock.conversions.pause(name);
  await sleep(1_000);
  const before = await filled();
  await stock.rows(`CREATE TABLE noise AS
    SELECT n, repeat('noise', 40) AS text FROM generate_series(1, 60000) n`);
  await stock.conversions.unpause(name);
  await until(async () => (await filled()) > before, 10_000);
});
