import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runMigrations } from 'nest-dual-id';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { openSession } from '../../support/open-session.js';
import { sourceOf } from '../../support/written-migration.js';
import { killedMigrations } from './killed-migration.js';

const script = fileURLToPath(new URL('./killed-migration.js', import.meta.url));
type Name = keyof typeof killedMigrations;

let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
  await runSql(
    database.url,
    `CREATE TABLE orders (id bigint PRIMARY KEY, tries int NOT NULL DEFAULT 0);
     INSERT INTO orders SELECT n FROM generate_series(1, 5000) n`,
  );
});
afterEach(() => database.drop());

const rows = <Row extends object>(sql: string) => runSql<Row>(database.url, sql);
const holds = async (condition: string) =>
  (await rows<{ yes: boolean }>(`SELECT EXISTS (${condition}) AS yes`))[0]!.yes;

/** Runs a migration in another process and kills it as soon as the condition holds. */
async function killed(name: Name, condition: string): Promise<void> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [script, name, database.url], { env, timeout: 60_000 });
  const exit = new Promise((resolve) => child.on('exit', resolve));
  while (!(await holds(condition))) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await exit;
}
const again = (name: Name) =>
  runMigrations(sourceOf(database.url, [killedMigrations[name]]), { log: () => undefined });

test('batches of a killed process stay, and the next one does the others', async () => {
  await killed('batches', 'SELECT FROM orders WHERE tries = 1 AND id > 500');
  const done = await rows<{ count: number }>('SELECT count(*)::int FROM orders WHERE tries = 1');
  expect(done[0]!.count).toBeLessThan(5000);
  expect(await again('batches')).toHaveLength(1);
  expect(await rows('SELECT tries, count(*)::int FROM orders GROUP BY tries')).toEqual([
    { tries: 1, count: 5000 },
  ]);
});

const isInvalid = `SELECT FROM pg_index WHERE indexrelid = to_regclass('orders_tries_ix') AND NOT indisvalid`;
const isBuilding = `SELECT FROM pg_stat_activity WHERE datname = current_database()
  AND query LIKE 'CREATE INDEX%' AND state = 'active'`;

test.each([
  ['still builds', ''],
  [
    'does not build any more',
    `SELECT pg_terminate_backend(pid) FROM (${isBuilding.replace('FROM', 'pid FROM')}) b`,
  ],
])('the index of a killed process, which the server %s, becomes valid', async (_what, end) => {
  const reader = await openSession(
    database.url,
    'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
    'SELECT 1 FROM orders LIMIT 1',
  );
  await killed('index', isInvalid);
  expect(await holds(isBuilding)).toBe(true);
  if (end) await rows(end);
  const running = again('index');
  setTimeout(() => void reader.end(), 1000);
  expect(await running).toHaveLength(1);
  expect(await holds(isInvalid)).toBe(false);
  expect(
    await holds(
      `SELECT to_regclass('orders_tries_ix') WHERE to_regclass('orders_tries_ix') IS NOT NULL`,
    ),
  ).toBe(true);
});
