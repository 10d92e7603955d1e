import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConversionPlan, ConversionProgress } from 'nest-dual-id/conversion';
import pg from 'pg';
import { conversionState } from '../../support/conversion-runner/conversion-state.js';
import type { Stock } from './stock.js';
import { articleTables, openStock } from './stock.js';

const rows = 3_000;
const name = 'public.articles';
let byOneJob: Awaited<ReturnType<typeof conversionState>>;
let plan: ConversionPlan;
let stock: Stock;

beforeAll(async () => {
  await open();
  await stock.conversions.start(plan);
  byOneJob = await conversionState(stock.dataSource, plan);
  await stock.stop();
});
afterEach(() => stock.stop());

async function open(): Promise<void> {
  stock = await openStock(articleTables('integer', rows));
  plan = await stock.conversions.plan({ table: 'articles', kind: 'uuid-key' });
}

const filled = async () => {
  const [conversion] = await stock.conversions.status();
  const step = conversion!.steps.find((one) => one.name === 'fill uuid of public.articles');
  return step!.stored!.rows;
};

test('several jobs change each row once, and make what one makes', async () => {
  await open();
  await stock.conversions.start(plan, { jobs: 3 });
  expect(await filled()).toBe(rows);
  expect(await conversionState(stock.dataSource, plan)).toEqual(byOneJob);
});

test('a job that others hold up is finished later, and leaves no row out', async () => {
  await open();
  await stock.conversions.start(plan, { until: 'expand' });
  const holder = new pg.Client({ connectionString: stock.database.url });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(`SELECT FROM articles WHERE code = 'code 40' FOR UPDATE`);
  const seen: ConversionProgress[] = [];
  const onProgress = (now: ConversionProgress) => seen.push(now);
  const run = stock.conversions.resume(name, {
    jobs: 3,
    lockTimeout: 50,
    onProgress,
    log: () => {},
  });
  while (!(await hasBegun())) await sleep(20);
  await sleep(300);
  await holder.query('ROLLBACK');
  await holder.end();
  await run;
  expect(await filled()).toBe(rows);
  expect(await conversionState(stock.dataSource, plan)).toEqual(byOneJob);
});

async function hasBegun(): Promise<boolean> {
  const [row] = await stock.rows<{ rows: number }>(
    'SELECT count(*)::int AS rows FROM articles WHERE uuid IS NOT NULL',
  );
  return row!.rows > 100;
}

test('they stop together where one of them fails, and go on when the reason is gone', async () => {
  await open();
  await stock.conversions.start(plan, { until: 'expand' });
  await stock.dataSource.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.code = 'code 2900' THEN RAISE EXCEPTION 'not this one'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER fails BEFORE UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION fail()`);
  const ended = await stock.conversions.resume(name, { jobs: 3 }).then(String, String);
  expect(ended).toMatch(/not this one/);
  const busy = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE query LIKE 'UPDATE %articles%' AND state <> 'idle' AND datname = current_database()
      AND pid <> pg_backend_pid()`;
  expect(await stock.rows(busy)).toEqual([{ n: 0 }]);
  await stock.dataSource.query('DROP FUNCTION fail CASCADE');
  await stock.conversions.resume(name, { jobs: 2 });
  expect(await filled()).toBe(rows);
  expect(await conversionState(stock.dataSource, plan)).toEqual(byOneJob);
});

test.each([0, 1.5, 17, Number.NaN])('%d jobs are refused', async (jobs) => {
  await open();
  await expect(stock.conversions.start(plan, { jobs })).rejects.toThrow(
    `jobs is ${jobs}, not a whole number from 1 to 16`,
  );
  expect(await stock.conversions.status()).toEqual([]);
});
