import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { MigrationOptions } from 'nest-dual-id';
import { revertMigration, runMigrations } from 'nest-dual-id';
import pg from 'pg';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import type { OpenSession } from '../../support/open-session.js';
import { openSession } from '../../support/open-session.js';
import { migrationOf, sourceOf } from '../../support/written-migration.js';

let database: TestDatabase;
let sessions: OpenSession[];
let runs: Promise<unknown>[];
let lines: string[];
beforeEach(async () => {
  database = await emptyDatabase();
  sessions = [];
  runs = [];
  lines = [];
  await runSql(database.url, 'CREATE TABLE orders AS SELECT 1 AS id; CREATE TABLE users ()');
});
afterEach(async () => {
  for (const session of sessions) await session.end();
  // What a failed expectation left behind ends now that nobody holds it up.
  await Promise.allSettled(runs);
  await database.drop();
});

const alter = migrationOf((runner) => runner.query('ALTER TABLE orders ADD COLUMN note text'), {
  down: (runner) => runner.query('ALTER TABLE orders DROP COLUMN note'),
});
const log = (line: string) => void lines.push(line);
const run = (options: MigrationOptions = {}, source = sourceOf(database.url, [alter])) =>
  track(runMigrations(source, { lockTimeout: 150, log, ...options }));

/** One that a failed expectation leaves behind fails later, when nobody looks. */
function track<T>(running: Promise<T>): Promise<T> {
  running.catch(() => undefined);
  runs.push(running);
  return running;
}
const columns = async () =>
  (
    await runSql<{ name: string }>(
      database.url,
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = 'orders'::regclass AND attnum > 0 AND NOT attisdropped`,
    )
  ).map(({ name }) => name);

async function open(...statements: string[]): Promise<OpenSession> {
  const session = await openSession(database.url, ...statements);
  sessions.push(session);
  return session;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The first line that names who holds the lock: a busy server may answer that after the wait. */
const named = () => lines.find((line) => line.includes(' pid '));

describe('a migration that meets a forgotten reader', () => {
  test('blocks others only briefly, names the reader, and runs when it has gone', async () => {
    const reader = await open('SELECT * FROM orders');
    const other = new pg.Client({ connectionString: database.url });
    await other.connect();
    const running = run();
    let longest = 0;
    const start = performance.now();
    while (performance.now() - start < 2500) {
      const before = performance.now();
      await other.query('INSERT INTO orders VALUES (2)');
      longest = Math.max(longest, performance.now() - before);
    }
    await other.end();
    // Without a limit the first of them waits until the reader ends, after the loop.
    expect(longest).toBeLessThan(2000);
    expect(lines.length).toBeGreaterThan(1);
    expect(named()).toMatch(
      new RegExp(
        `^The migration OfTest1000000000001 did not get a lock that is held by pid ${reader.pid} ` +
          `\\(forgotten, role \\w+, idle in transaction, its transaction has run for \\d+ s\\); ` +
          `it starts again in \\d\\.\\d s\\.$`,
      ),
    );
    expect(lines.join()).not.toContain('SELECT');
    await reader.query('COMMIT');
    expect(await running).toEqual(['OfTest1000000000001']);
    expect(await columns()).toContain('note');
  });

  test('gives up in time, names it, and leaves the database unchanged', async () => {
    const reader = await open('SELECT * FROM orders');
    const running = run({ retryFor: 1000 });
    await expect(running).rejects.toMatchObject({ code: 'migration_blocked' });
    await expect(running).rejects.toThrow(
      new RegExp(
        `The migration OfTest1000000000001 gave up after .* pid ${reader.pid} \\(forgotten`,
      ),
    );
    expect(await columns()).toEqual(['id']);
    await reader.query('COMMIT');
    expect(await run()).toEqual(['OfTest1000000000001']);
  });

  test('reverts in the same way', async () => {
    await run();
    const reader = await open('SELECT * FROM orders');
    const source = sourceOf(database.url, [alter]);
    const reverting = track(revertMigration(source, { lockTimeout: 150, log }));
    await until(() => named() !== undefined);
    expect(named()).toContain(`pid ${reader.pid}`);
    await reader.query('COMMIT');
    expect(await reverting).toBe('OfTest1000000000001');
    expect(await columns()).toEqual(['id']);
  });

  test('names it for a role that may not see what others do', async () => {
    const name = `plain_${new URL(database.url).pathname.slice(6)}`;
    await runSql(
      database.url,
      `CREATE ROLE ${name} LOGIN PASSWORD 'plain'; GRANT CREATE ON SCHEMA public TO ${name};
       ALTER TABLE orders OWNER TO ${name}`,
    );
    const url = new URL(database.url);
    Object.assign(url, { username: name, password: 'plain' });
    const reader = await open('SELECT * FROM users');
    await reader.query('SELECT * FROM orders');
    const running = run({}, sourceOf(url.href, [alter]));
    await until(() => named() !== undefined);
    expect(named()).toMatch(new RegExp(`pid ${reader.pid} \\(forgotten, role \\w+\\); it starts`));
    await reader.query('COMMIT');
    await running;
    await runSql(database.url, `DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`);
  });
});

test('a migration that met a deadlock runs again', async () => {
  const reader = await open('LOCK TABLE users');
  let tries = 0;
  const crossing = migrationOf(async (runner) => {
    tries += 1;
    await runner.query('LOCK TABLE orders');
    // The reader waits for the migration, and then the migration for the reader.
    if (tries === 1) {
      const reading = reader.query('LOCK TABLE orders').then(() => reader.query('COMMIT'));
      void track(reading);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await runner.query('LOCK TABLE users');
    }
    await runner.query('ALTER TABLE users ADD COLUMN note text');
  });
  // The session that looks for a deadlock ends itself; the reader never looks.
  await reader.query(`SET LOCAL deadlock_timeout = '1h'`);
  await run({ lockTimeout: 20_000 }, sourceOf(database.url, [crossing]));
  expect(tries).toBe(2);
  expect(lines[0]).toMatch(new RegExp(`met a deadlock with pid ${reader.pid} \\(forgotten`));
});

test('a migration that changed a row at the moment of another transaction runs again', async () => {
  let tries = 0;
  const racing = migrationOf(async (runner) => {
    tries += 1;
    const lost = 'new multixact has more than one updating member: 0 2[7 (nokeyupd), 8 (nokeyupd)]';
    if (tries > 1) return;
    await runner.query(`DO $$ BEGIN RAISE '${lost}' USING ERRCODE = 'XX000'; END $$`);
  });
  await run({}, sourceOf(database.url, [racing]));
  expect(tries).toBe(2);
  expect(lines[0]).toMatch('changed a row at the same moment as a session that ended');
});

describe('no limit of the API ends a migration', () => {
  const slow = (transaction: boolean) =>
    migrationOf((runner) => runner.query('SELECT pg_sleep(0.6)'), { transaction });

  test.each([true, false])('of the server, with transaction = %s', async (transaction) => {
    const name = new URL(database.url).pathname.slice(1);
    for (const limit of ['statement_timeout', 'lock_timeout', 'idle_session_timeout']) {
      await runSql(database.url, `ALTER DATABASE ${name} SET ${limit} = '300ms'`);
    }
    const shown: unknown[] = [];
    const showing = migrationOf(
      async (runner) => {
        await runner.query('SELECT pg_sleep(0.6)');
        shown.push((await runner.query('SHOW lock_timeout'))[0].lock_timeout);
      },
      { transaction },
    );
    expect(await run({}, sourceOf(database.url, [showing]))).toHaveLength(1);
    expect(shown).toEqual(['150ms']);
  });

  test.each([true, false])('of the data source, with transaction = %s', async (transaction) => {
    const extra = {
      query_timeout: 300,
      statement_timeout: 300,
      idle_in_transaction_session_timeout: 300,
    };
    const source = sourceOf(database.url, [slow(transaction)], { extra });
    expect(await run({}, source)).toHaveLength(1);
  });

  test('of the connection string', async () => {
    const source = sourceOf(`${database.url}?query_timeout=300`, [slow(true)]);
    expect(await run({}, source)).toHaveLength(1);
  });
});

test.each([
  [
    'no lockTimeout',
    { lockTimeout: 0 },
    'lockTimeout is 0, not a whole number of milliseconds from 1.',
  ],
  [
    'a negative retryFor',
    { retryFor: -1 },
    'retryFor is -1, not a whole number of milliseconds from 0.',
  ],
])('%s is refused', async (_what, options, message) => {
  const running = runMigrations(sourceOf(database.url, [alter]), options);
  await expect(running).rejects.toMatchObject({ code: 'misuse' });
  await expect(running).rejects.toThrow(message);
});
