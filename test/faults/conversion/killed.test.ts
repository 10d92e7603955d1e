import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { stepsOf } from 'nest-dual-id/conversion';
import { conversionOfArticles, FaultBench, faultyKinds } from './bench.js';

const kills = 8;

/** Milliseconds into a step: before its work, within it and, of short ones, after it. */
const instants = [0, 2, 8];

describe.each(faultyKinds)('$request.kind, killed', (kind) => {
  const after = instants[faultyKinds.indexOf(kind)]!;
  let undisturbed: Awaited<ReturnType<typeof FaultBench.undisturbed>>;
  let bench: FaultBench;
  beforeAll(async () => {
    undisturbed = await FaultBench.undisturbed(kind);
  }, 120_000);
  afterEach(() => bench.stop());

  /** One process goes through the steps, and is followed by another at each of them. */
  test(`${after} ms into every step, comes to the same end`, async () => {
    bench = await FaultBench.open(kind);
    const steps = stepsOf(bench.plan).filter(({ phase }) => phase !== 'contract');
    for (let step = 1; step <= steps.length; step += 1) {
      const work = step === 1 ? 'start' : 'resume';
      const end = await bench.run(work, { killAt: { step, after } }).end;
      if (end !== 'killed') expect(end).toBe('ended');
    }
    await bench.stock.conversions.resume(conversionOfArticles);
    expect(await bench.state()).toEqual(undisturbed.observed);
    for (const [index, { phase }] of stepsOf(bench.plan).entries()) {
      if (phase !== 'contract') continue;
      await bench.run('contract', { killAt: { step: index + 1, after } }).end;
    }
    const [{ state } = { state: '' }] = await bench.stock.conversions.status();
    if (state !== 'contracted') await bench.stock.conversions.contract(conversionOfArticles);
    expect(await bench.state()).toEqual(undisturbed.contracted);
  }, 600_000);

  test('at random instants comes to the same end', async () => {
    bench = await FaultBench.open(kind);
    let left = kills;
    const killed = await bench.untilEnded(async (runner) => {
      if ((left -= 1) < 0) return;
      await runner.reaches(/./);
      await sleep(Math.random() * 500);
      runner.kill();
    });
    expect(killed).toBeGreaterThan(0);
    expect(await bench.state()).toEqual(undisturbed.observed);
  }, 300_000);

  test('while it is taken back, is taken back to the end', async () => {
    bench = await FaultBench.open(kind);
    const before = await bench.state();
    await bench.stock.conversions.start(bench.plan);
    const steps = stepsOf(bench.plan).filter(({ phase }) => phase !== 'contract');
    for (let step = 1; step <= steps.length; step += 1) {
      await bench.run('rollback', { killAt: { step, after: step % 4 } }).end;
    }
    const [{ state } = { state: '' }] = await bench.stock.conversions.status();
    if (state !== 'rolled back') await bench.stock.conversions.rollback(conversionOfArticles);
    expect(await bench.state()).toEqual(before);
  }, 600_000);
});
