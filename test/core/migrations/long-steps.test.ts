import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  addConstraintNotValid,
  createIndexConcurrently,
  dropIndexConcurrently,
  inBatches,
  revertMigration,
  runMigrations,
  validateConstraint,
} from 'nest-dual-id';
import type { QueryRunner } from 'typeorm';
import pg from 'pg';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { openSession } from '../../support/open-session.js';
import { migrationOf, sourceOf } from '../../support/written-migration.js';

const rows = 100_000;
const index = { name: 'orders_label_ix', table: 'orders', on: '(label)' };
const check = { name: 'orders_total_ck', table: 'orders', definition: 'CHECK (total > 0)' };

let database: TestDatabase;
let lines: string[];
beforeEach(async () => {
  lines = [];
  database = await emptyDatabase();
  await runSql(
    database.url,
    `CREATE TABLE orders (id bigint PRIMARY KEY, label text NOT NULL, total int, tries int DEFAULT 0);
     INSERT INTO orders (id, label) SELECT n, md5(n::text) FROM generate_series(1, ${rows}) n`,
  );
});
afterEach(() => database.drop());

const outside = (
  up: (runner: QueryRunner) => Promise<unknown>,
  down?: (runner: QueryRunner) => Promise<unknown>,
) => sourceOf(database.url, [migrationOf(up, { transaction: false, ...(down && { down }) })]);
const options = { lockTimeout: 300, log: (line: string) => void lines.push(line) };
const run = (up: (runner: QueryRunner) => Promise<unknown>) => runMigrations(outside(up), options);
const indexes = () =>
  runSql<{ name: string; valid: boolean }>(
    database.url,
    `SELECT c.relname AS name, i.indisvalid AS valid FROM pg_index i
     JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = 'orders'::regclass AND NOT i.indisprimary`,
  );
const built = [{ name: index.name, valid: true }];
const fill = (runner: QueryRunner) =>
  inBatches(
    runner,
    { table: 'orders' },
    (batch) => `UPDATE orders SET total = id, tries = tries + 1 WHERE total IS NULL AND ${batch}`,
  );
const filled = async () =>
  (
    await runSql<{ count: number }>(
      database.url,
      'SELECT count(*)::int FROM orders WHERE total = id AND tries = 1',
    )
  )[0]!.count;

/** Writes in a closed loop until the work ends; returns how long it took, and the longest write. */
async function beside(work: Promise<unknown>): Promise<{ whole: number; longest: number }> {
  const start = performance.now();
  const result = { whole: 0, longest: 0 };
  const ended = work.finally(() => (result.whole = performance.now() - start));
  const write = async (client: pg.Client) => {
    client.on('error', () => undefined);
    await client.connect();
    while (result.whole === 0) {
      const before = performance.now();
      const id = 1 + Math.floor(Math.random() * rows);
      await client.query('UPDATE orders SET label = md5(label) WHERE id = $1', [id]);
      result.longest = Math.max(result.longest, performance.now() - before);
    }
    await client.end();
  };
  const client = () => new pg.Client({ connectionString: database.url });
  await Promise.all([ended, write(client()), write(client())]);
  return result;
}

test('a long migration lets others write meanwhile', async () => {
  const source = outside(async (runner) => {
    await fill(runner);
    await addConstraintNotValid(runner, check);
    await validateConstraint(runner, check);
    await createIndexConcurrently(runner, index);
    // Takes extra time, on a machine of any speed.
    await runner.query('SELECT pg_sleep(1)');
  });
  const { whole, longest } = await beside(runMigrations(source, options));
  expect(longest).toBeLessThan(whole / 2);
  expect(await filled()).toBe(rows);
  expect(await indexes()).toEqual(built);
  const late = runSql(database.url, 'UPDATE orders SET total = 0 WHERE id = 1');
  await expect(late).rejects.toThrow('orders_total_ck');
});

test('its steps do nothing if already done, and can be reverted', async () => {
  const source = () =>
    outside(
      async (runner) => {
        for (let times = 0; times < 2; times += 1) {
          await fill(runner);
          await addConstraintNotValid(runner, check);
          await validateConstraint(runner, check);
          await createIndexConcurrently(runner, index);
        }
      },
      (runner) => dropIndexConcurrently(runner, index),
    );
  await runMigrations(source(), options);
  expect(await indexes()).toEqual(built);
  expect(await filled()).toBe(rows);
  await revertMigration(source(), options);
  expect(await indexes()).toEqual([]);
});

describe('an index', () => {
  test('that an earlier build left invalid is rebuilt', async () => {
    await runSql(database.url, `UPDATE orders SET label = 'twice' WHERE id < 3`);
    const unique = `CREATE UNIQUE INDEX CONCURRENTLY orders_label_ix ON orders (label)`;
    await expect(runSql(database.url, unique)).rejects.toThrow('could not create unique index');
    expect(await indexes()).toEqual([{ name: index.name, valid: false }]);
    await run((runner) => createIndexConcurrently(runner, index));
    expect(await indexes()).toEqual(built);
  });

  test('whose build fails leaves nothing that refuses rows', async () => {
    await runSql(database.url, `UPDATE orders SET label = 'twice' WHERE id < 3`);
    const running = run((runner) => createIndexConcurrently(runner, { ...index, unique: true }));
    await expect(running).rejects.toThrow('could not create unique index');
    expect(await indexes()).toEqual([]);
  });

  test('waits for an old transaction, and names it', async () => {
    const reader = await openSession(
      database.url,
      'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
      'SELECT 1 FROM orders LIMIT 1',
    );
    const running = run((runner) => createIndexConcurrently(runner, index));
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(lines[0]).toMatch(new RegExp(`waits for pid ${reader.pid} \\(forgotten, `));
    const write = runSql(database.url, `INSERT INTO orders VALUES (0, 'written meanwhile')`);
    await expect(write).resolves.toEqual([]);
    await reader.end();
    await running;
    expect(await indexes()).toEqual(built);
  });

  test('is built once by two instances that start together', async () => {
    const migrate = () => run((runner) => createIndexConcurrently(runner, index));
    const names = await Promise.all([migrate(), migrate(), migrate()]);
    expect(names.flat()).toHaveLength(1);
    expect(await indexes()).toEqual(built);
  });
});

test('a batch waits for the rows of others on its own, and is done once', async () => {
  const writer = await openSession(database.url, `UPDATE orders SET label = '' WHERE id = 50000`);
  const running = run(fill);
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lines[0]).toMatch(new RegExp(`^A batch of orders did not .* pid ${writer.pid} `));
  await writer.query('COMMIT');
  await writer.end();
  await running;
  expect(await filled()).toBe(rows);
});

test.each([
  ['createIndexConcurrently', (runner: QueryRunner) => createIndexConcurrently(runner, index)],
  ['dropIndexConcurrently', (runner: QueryRunner) => dropIndexConcurrently(runner, index)],
  ['inBatches', fill],
])('%s is refused in a transaction', async (name, step) => {
  const source = sourceOf(database.url, [migrationOf(step)]);
  await expect(runMigrations(source, options)).rejects.toThrow(
    `${name} cannot run in a transaction. Declare \`transaction = false\` in the migration.`,
  );
});
