import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConversionPlan } from 'nest-dual-id/conversion';
import { stepsOf } from 'nest-dual-id/conversion';
import { conversionState } from '../../support/conversion-runner/conversion-state.js';
import type { RunnerOrder } from '../../support/conversion-runner/runner-process.js';
import { RunnerProcess } from '../../support/conversion-runner/runner-process.js';
import { urlAs } from '../../support/roles.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

const request = { table: 'articles', kind: 'uuid-key' } as const;
const name = 'public.articles';
const rows = 400;
let undisturbed: Awaited<ReturnType<typeof conversionState>>;
let plan: ConversionPlan;
let stock: Stock;
const runners: RunnerProcess[] = [];

beforeAll(async () => {
  const whole = await openStock(articleTables('integer', rows));
  plan = await whole.conversions.plan(request);
  await whole.conversions.start(plan);
  undisturbed = await conversionState(whole.dataSource, plan);
  await whole.stop();
});
afterEach(async () => {
  for (const runner of runners.splice(0)) runner.kill();
  await stock.stop();
});

function run(order: Omit<RunnerOrder, 'url' | 'name'>): RunnerProcess {
  const runner = new RunnerProcess({ url: urlAs('owner', stock.database.url), name, ...order });
  runners.push(runner);
  return runner;
}

describe('a runner that was killed', () => {
  const steps = [/^fill article_uuid of stocks/, /^index stocks_pkey/, /^swap the keys/];
  test.each(steps)('at %s is followed by another one to the same end', async (step) => {
    stock = await openStock(articleTables('integer', rows));
    const place = stepsOf(plan).findIndex((one) => step.test(one.name)) + 1;
    const killAt = { step: place, after: 3 };
    expect(await run({ work: 'start', request, options: { jobs: 2 }, killAt }).end).toBe('killed');
    await stock.conversions.resume(name);
    expect(await conversionState(stock.dataSource, plan)).toEqual(undisturbed);
  });
});

describe('a second runner', () => {
  test('is refused while the first one lives, and told who runs', async () => {
    stock = await openStock(articleTables('integer', rows));
    const first = run({ work: 'start', request, options: { rate: 100 } });
    await first.reaches(/^fill uuid/);
    await expect(stock.conversions.resume(name)).rejects.toMatchObject({
      code: 'conversion_taken',
      message: expect.stringContaining('converter'),
    });
    first.kill();
    await first.end;
    await stock.conversions.resume(name);
    expect(await conversionState(stock.dataSource, plan)).toEqual(undisturbed);
  });

  test('takes over from one that lost its lock and still lives, which writes nothing more', async () => {
    stock = await openStock(articleTables('integer', rows));
    const first = run({ work: 'start', request, options: { rate: 50 } });
    await first.reaches(/^fill uuid/);
    first.stop();
    await endSessions(stock);
    await stock.conversions.resume(name);
    const state = await conversionState(stock.dataSource, plan);
    first.goOn();
    expect(await first.end).toEqual({ failed: expect.stringContaining('conversion_taken') });
    expect(await conversionState(stock.dataSource, plan)).toEqual(state);
    expect(state).toEqual(undisturbed);
    expect((await stock.conversions.status())[0]!.state).toBe('observing');
  });
});

/** Ends every session of the other process, that with its lock as well. */
async function endSessions({ rows: ask }: Stock): Promise<void> {
  await ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name LIKE 'converter%' AND datname = current_database()`);
}
