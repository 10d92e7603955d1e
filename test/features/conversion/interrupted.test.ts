import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ConversionOptions } from 'nest-dual-id/conversion';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

const rows = 20_000;
let stock: Stock;
let stopping: AbortController;
beforeEach(async () => {
  stock = await openStock(articleTables('bigint', rows));
  stopping = new AbortController();
});
afterEach(() => stock.stop());

const start = async (options: ConversionOptions) => {
  const plan = await stock.conversions.plan({ table: 'articles', kind: 'add-uuid' });
  return stock.conversions.start(plan, { signal: stopping.signal, ...options });
};
const interrupted = expect.objectContaining({ code: 'conversion_interrupted' });
const status = async () => (await stock.conversions.status())[0];
const unfilled = async () => {
  const query = 'SELECT count(*)::int AS count FROM articles WHERE uuid IS NULL';
  return (await stock.rows<{ count: number }>(query))[0]!.count;
};

describe('a signal stops a conversion', () => {
  test('between two batches, and not within one', async () => {
    const onProgress: ConversionOptions['onProgress'] = ({ blocks }) => {
      if (blocks) stopping.abort();
    };
    await expect(start({ onProgress })).rejects.toEqual(interrupted);
    expect(await status()).toMatchObject({ state: 'stopped', failure: null });
    const left = await unfilled();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(rows);
    await stock.conversions.resume('articles');
    expect(await unfilled()).toBe(0);
  });

  test('while it waits for a lock', async () => {
    const runner = stock.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('LOCK TABLE articles IN ROW EXCLUSIVE MODE');
    await expect(start({ log: () => stopping.abort() })).rejects.toEqual(interrupted);
    await runner.rollbackTransaction();
    await runner.release();
    await stock.conversions.resume('articles');
    expect(await status()).toMatchObject({ state: 'observing' });
  });

  test('in the pause before its next try', async () => {
    const runner = stock.dataSource.createQueryRunner();
    await runner.startTransaction();
    await runner.query('LOCK TABLE articles IN ROW EXCLUSIVE MODE');
    // As long a pause as there is: about five seconds.
    const run = start({
      lockTimeout: 60_000,
      log: () => void setImmediate(() => stopping.abort()),
    });
    const soon = sleep(2_000, 'still waiting');
    await expect(Promise.race([run, soon])).rejects.toEqual(interrupted);
    await runner.rollbackTransaction();
    await runner.release();
  });

  test('while it is paused', async () => {
    const onProgress: ConversionOptions['onProgress'] = ({ phase }) => {
      if (phase === 'expand') void stock.conversions.pause('articles');
    };
    const run = start({ onProgress });
    const isPaused = async () => (await status())?.isPaused ?? false;
    while (!(await isPaused()));
    stopping.abort();
    await expect(run).rejects.toEqual(interrupted);
    expect(await status()).toMatchObject({ state: 'stopped' });
  });

  test('before it has begun', async () => {
    stopping.abort();
    await expect(start({})).rejects.toEqual(interrupted);
    await expect(unfilled()).rejects.toThrow('does not exist');
  });

  test('while it is taken back, which goes on with another call', async () => {
    await start({});
    const signal = stopping.signal;
    const onProgress: ConversionOptions['onProgress'] = ({ number }) => {
      if (number > 2) stopping.abort();
    };
    const back = stock.conversions.rollback('articles', { signal, onProgress });
    await expect(back).rejects.toEqual(interrupted);
    expect(await status()).toMatchObject({ state: 'rolling back', failure: null });
    await stock.conversions.rollback('articles');
    expect(await status()).toMatchObject({ state: 'rolled back' });
    await expect(unfilled()).rejects.toThrow('does not exist');
  });
});
