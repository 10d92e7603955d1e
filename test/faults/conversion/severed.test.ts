import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runSql } from '../../support/empty-database.js';
import { FaultBench, conversionOfArticles, faultyKinds } from './bench.js';

describe.each(faultyKinds)('$request.kind', (kind) => {
  let undisturbed: Awaited<ReturnType<typeof FaultBench.undisturbed>>;
  let bench: FaultBench;
  beforeAll(async () => {
    undisturbed = await FaultBench.undisturbed(kind);
  }, 120_000);
  afterEach(() => bench.stop());

  test('goes on when its sessions are ended, that of its lock as well', async () => {
    bench = await FaultBench.open(kind);
    const options = { rate: 400 };
    const runner = bench.run('start', { options });
    await runner.reaches(/./);
    for (let round = 0; round < 15; round += 1) {
      await sleep(Math.random() * 400);
      await bench.endSessions(0.5);
    }
    expect(await runner.end).toBe('ended');
    expect(await bench.state()).toEqual(undisturbed.observed);
  }, 300_000);

  test('changes every row of a table that is rewritten meanwhile', async () => {
    bench = await FaultBench.open(kind);
    const runner = bench.run('start', { options: { rate: 400 } });
    await runner.reaches(/^fill /);
    await sleep(500);
    for (const table of ['articles', 'stocks', 'tags']) {
      await runSql(bench.stock.database.url, `VACUUM FULL ${table}`);
    }
    expect(await runner.end).toBe('ended');
    expect(await bench.state()).toEqual(undisturbed.observed);
  }, 300_000);

  test('outlasts deadlocks', async () => {
    bench = await FaultBench.open(kind);
    const { url } = bench.stock.database;
    const name = new URL(url).pathname.slice(1);
    await runSql(url, `ALTER DATABASE ${name} SET deadlock_timeout = '5ms'`);
    const runner = bench.run('start', { options: { rate: 400, lockTimeout: 1_000 } });
    await runner.reaches(/^fill /);
    const writing = { isOver: false };
    let deadlocks = 0;
    const writer = (async () => {
      for (; !writing.isOver; await sleep(1)) {
        await runSql(url, backwards).catch((error: { code?: string }) => {
          if (error.code === '40P01') deadlocks += 1;
        });
      }
    })();
    const end = await runner.end;
    writing.isOver = true;
    await writer;
    expect(end).toBe('ended');
    deadlocks += runner.logged.filter((line) => line.includes('met a deadlock')).length;
    expect(deadlocks).toBeGreaterThan(0);
    expect(await bench.state()).toEqual(undisturbed.observed);
  }, 300_000);

  test('is paused, slowed down and let go while it runs', async () => {
    bench = await FaultBench.open(kind);
    const { conversions, rows } = bench.stock;
    const runner = bench.run('start', { options: { rate: 300 } });
    await runner.reaches(/^fill /);
    await conversions.pause(conversionOfArticles);
    const filled = () => rows('SELECT sum(rows) AS rows FROM dual_id_conversion.steps');
    const before = await filled();
    await sleep(1_500);
    expect(await filled()).toEqual(before);
    await conversions.setRate(conversionOfArticles, 100_000);
    await conversions.unpause(conversionOfArticles);
    expect(await runner.end).toBe('ended');
    expect(await bench.state()).toEqual(undisturbed.observed);
  }, 300_000);
});

/** Locks rows in the order that a backfill does not take. */
const backwards = `DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT ctid FROM articles ORDER BY ctid DESC LOOP
    PERFORM FROM articles WHERE ctid = one.ctid FOR UPDATE;
    PERFORM pg_sleep(0.0005);
  END LOOP;
END $$`;
