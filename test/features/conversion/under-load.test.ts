import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ConversionPlan } from 'nest-dual-id/conversion';
import { stepsOf } from 'nest-dual-id/conversion';
import { differences, strayTwins } from '../../support/conversion-load/comparison.js';
import { ConversionLoad } from '../../support/conversion-load/load.js';
import {
  loadTables,
  newWording,
  oldWording,
  subjects,
} from '../../support/conversion-load/tables.js';
import type { Stock } from './stock.js';
import { openStock } from './stock.js';

describe.each(Object.entries(subjects))('%s beside clients that write', (_, subject) => {
  let stock: Stock;
  let load: ConversionLoad;
  let plan: ConversionPlan;
  beforeAll(async () => {
    stock = await openStock(loadTables(subject, 1_000));
    plan = await stock.conversions.plan(subject.request);
    const { url } = stock.database;
    load = await ConversionLoad.start({ url, key: subject.key, rate: 150 });
    await load.served(100);
  });
  afterAll(async () => {
    await load?.stop();
    await stock?.stop();
  });

  const name = () => `${plan.subject.schema}.${plan.subject.name}`;
  const seeds = () => stock.rows(`SELECT count(*)::int FROM articles WHERE code LIKE 'seed %'`);

  test('has no two steps of one name', () => {
    const names = stepsOf(plan).map((step) => step.name);
    expect(names).toEqual([...new Set(names)]);
  });

  test('fails no statement, and loses and doubles no row, by old names and by new ones', async () => {
    await stock.conversions.start(plan, { jobs: subject.key === 'integer' ? 2 : 1 });
    load.use([oldWording, newWording(plan)]);
    await load.served(300);
    await load.pause();
    expect(load.failures).toEqual([]);
    expect(await strayTwins(stock.rows, plan)).toEqual([]);
    expect(await differences(stock.rows, load.ledger, oldWording)).toEqual([]);
    expect(await differences(stock.rows, load.ledger, newWording(plan))).toEqual([]);
    expect(await seeds()).toEqual([{ count: 1_000 }]);
  }, 120_000);

  const isTakenBack = subject.request.kind === 'add-bigint';
  const isLink = subject.request.kind === 'add-master-uuid';

  if (isTakenBack) test('can be taken back after the swap', takeBack, 120_000);
  else test('is contracted', contract, 120_000);

  async function takeBack() {
    load.use([oldWording]);
    load.resume();
    await load.settle();
    await stock.conversions.rollback(name());
    await load.served(100);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(await differences(stock.rows, load.ledger, oldWording)).toEqual([]);
  }

  async function contract() {
    load.use([newWording(plan)]);
    // Of a master link two columns are left, and both have to be set.
    if (!isLink) load.resume();
    await stock.conversions.contract(name());
    if (!isLink) await load.served(100);
    await load.stop();
    expect(load.failures).toEqual([]);
    expect(await differences(stock.rows, load.ledger, newWording(plan))).toEqual([]);
  }
});
