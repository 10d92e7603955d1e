import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { dualIdDataSource } from 'nest-dual-id';
import { diagnose, diagnoseData } from 'nest-dual-id/doctor';
import { exportView } from 'nest-dual-id/export';
import { importFolder } from 'nest-dual-id/import';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { instacart } from '../../src/shop/import/instacart.js';
import { UserView } from '../../src/shop/users/user.view.js';
import { smallShop } from '../features/import/small-shop.js';
import type { Workbench } from '../features/import/workbench.js';
import { figures, workbench } from '../features/import/workbench.js';
import { dualId } from './command.js';

/** Limits of a database for requests, much shorter than what each job waits for here. */
const short = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
const longerThanThat = 500;

let bench: Workbench;
let admin: pg.Client;
beforeAll(async () => {
  bench = await workbench();
  await bench.rows(`INSERT INTO users (first_name, last_name, email)
    SELECT 'U', 'No. ' || n, n || '@example.org' FROM generate_series(1, 3) n`);
  await bench.rows(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END'`);
  await bench.rows(`CREATE TRIGGER orders_slow AFTER INSERT ON orders
    FOR EACH STATEMENT EXECUTE FUNCTION slow()`);
  // This session began before the limits, so they do not apply to it.
  admin = new pg.Client({ connectionString: bench.url });
  await admin.connect();
  for (const name of short) {
    await admin.query(`DO $$ BEGIN EXECUTE format(
      'ALTER DATABASE %I SET ${name} = ''100ms''', current_database()); END $$`);
  }
});
afterAll(async () => {
  await admin.end();
  await bench.close();
});

/** Locks the users against everyone, until a while after the first one has begun to wait. */
async function lockUsers(): Promise<() => Promise<void>> {
  await admin.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  const released = (async () => {
    for (;;) {
      const { rows } = await admin.query<{ waits: boolean }>(
        `SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'users'::regclass AND NOT granted) waits`,
      );
      if (rows[0]!.waits) break;
      await sleep(10);
    }
    await sleep(longerThanThat);
    await admin.query('COMMIT');
  })();
  return () => released;
}

describe('under limits that the database sets for everyone', () => {
  test('requests are limited', async () => {
    const client = new pg.Client({ connectionString: bench.url });
    await client.connect();
    await expect(client.query('SELECT pg_sleep(0.5)')).rejects.toThrow('statement timeout');
    await client.end();
  });

  test('an import loads tables that take longer', async () => {
    const folder = await bench.folder(smallShop);
    const options = { rejects: folder };
    const report = await importFolder({ database: bench.url, plan: instacart, folder, options });
    expect(figures(report)['orders.csv']).toEqual([3, 3, 0, 0]);
  });

  test.each([
    ['export', ['export', 'UserView'], /1@example\.org/],
    ['doctor --data', ['doctor', '--data'], /^Nothing is wrong/m],
    ['doctor', ['doctor'], /^Nothing is wrong/m],
  ])('dual-id %s waits for what takes longer', async (_, args, expected) => {
    const released = await lockUsers();
    const { code, out, err } = await dualId(args, { env: { DATABASE_URL: bench.url } });
    await released();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(expected);
  });
});

describe('under the limits of a data source made for requests', () => {
  const limits = { statement: 100, query: 200, lock: 100, idleInTransaction: 100 };
  let dataSource: DataSource;
  let released: () => Promise<void>;
  beforeEach(async () => {
    const { entities } = shopDataSource(bench.url);
    const options = dualIdDataSource({ url: bench.url, entities: entities as Function[], limits });
    dataSource = await new DataSource({ ...options, migrations: [] }).initialize();
    released = await lockUsers();
  });
  afterEach(async () => {
    await released();
    // The client of the pool has the limits of requests again.
    await expect(dataSource.query('SELECT pg_sleep(0.5)')).rejects.toThrow(/timeout/);
    await dataSource.destroy();
  });

  test('an export waits', async () => {
    let text = '';
    for await (const chunk of exportView({ dataSource, view: UserView })) text += chunk;
    expect(text).toContain('1@example.org');
  });

  test('a check of the data waits', async () => {
    expect((await diagnoseData(dataSource)).counts).toEqual([]);
  });

  test('a check of the structure waits', async () => {
    const findings = await diagnose({ dataSource });
    expect(findings.filter(({ code }) => code !== 'migration_pending')).toEqual([]);
  });

  test('an import on its pool waits', async () => {
    const { master } = dataSource.driver as unknown as { master: pg.Pool };
    const folder = await bench.folder(smallShop);
    const options = { rejects: folder };
    const report = await importFolder({ database: master, plan: instacart, folder, options });
    expect(figures(report)['orders.csv']).toEqual([3, 0, 0, 3]);
  });
});
