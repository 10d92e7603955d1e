import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runMigrations } from 'nest-dual-id';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { roleNames, urlAs } from '../support/roles.js';
import { openSession } from '../support/open-session.js';
import { dualId, dualIdProcess } from './command.js';

let database: TestDatabase;
let empty: { readonly env: { readonly DATABASE_URL: string } };

beforeEach(async () => {
  database = await freshDatabase();
  empty = { env: { DATABASE_URL: urlAs('owner', database.url) } };
  await query('DROP SCHEMA IF EXISTS dual_id CASCADE');
  await query('DROP SCHEMA public CASCADE');
  await query(`CREATE SCHEMA public AUTHORIZATION ${roleNames.owner}`);
});
afterEach(async () => database.drop());

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('dual-id migrate', () => {
  test('runs what is pending, and nothing the second time', async () => {
    const first = await dualIdProcess(['migrate'], empty);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/^ran InstallDualId1760000000000\nran CreateUsers/);
    const second = await dualId(['migrate'], empty);
    expect(second).toEqual({
      code: 0,
      out: 'Nothing to do: every migration has run.\n',
      err: '',
    });
  });

  test('lists and reverts', async () => {
    const before = (await dualId(['migrate', '--status'], empty)).out.trimEnd().split('\n');
    expect(before.every((line) => line.startsWith('pending  '))).toBe(true);
    expect(await query(`SELECT to_regclass('migrations') AS t`)).toEqual([{ t: null }]);
    await dualId(['migrate'], empty);
    const last = before.at(-1)?.replace('pending  ', '');
    expect((await dualId(['migrate', '--revert'], empty)).out).toBe(`reverted ${last}\n`);
    const after = (await dualId(['migrate', '--status'], empty)).out.trimEnd().split('\n');
    expect(after.map((line) => line.startsWith('applied'))).toEqual(
      before.map((line) => line !== `pending  ${last}`),
    );
  });

  test('reports on stderr who blocks a migration, and for how long it retries', async () => {
    await dualId(['migrate'], empty);
    await dualId(['migrate', '--revert'], empty);
    // Whatever a migration does, its name is recorded after it.
    const reader = await openSession(database.url, 'LOCK TABLE migrations IN SHARE MODE');
    const limits = ['--lock-timeout', '100', '--retry-for', '1000'];
    const { code, out, err } = await dualId(['migrate', ...limits], empty);
    await reader.end();
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`did not get a lock that is held by pid ${reader.pid} (forgotten, `);
    expect(err).toMatch(/gave up after \d\.\d s: .* End the transaction that holds them/);
  });

  test.each(['0', '-5', 'soon'])('refuses --lock-timeout=%s', async (value) => {
    const { code, err } = await dualId(['migrate', `--lock-timeout=${value}`], empty);
    expect(code).toBe(2);
    expect(err).toContain(
      `--lock-timeout needs a whole number of milliseconds from 1, not ${value}.`,
    );
  });

  test('names the migration that fails', async () => {
    await query('CREATE TABLE users (id int)');
    const { code, out, err } = await dualId(['migrate'], empty);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      'dual-id: The migration CreateUsers1760000100000 failed: relation "users" already exists. ' +
        'Correct it and run `dual-id migrate` again; migrations that already ran stay applied.\n',
    );
  });
});

class CreateSlowly1790000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('SELECT pg_sleep(0.3)');
    await runner.query('CREATE TABLE slow (id int)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE slow');
  }
}

describe('runMigrations', () => {
  const dataSource = () =>
    new DataSource({
      type: 'postgres',
      url: database.url,
      poolSize: 1,
      migrations: [CreateSlowly1790000000000],
    });

  test('lets only one of several processes migrate at a time', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => runMigrations(dataSource())));
    expect(runs.flat()).toEqual(['CreateSlowly1790000000000']);
  });

  test('waits for a process that holds the guard', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT pg_advisory_xact_lock(1685414252, 1)');
      let isDone = false;
      const run = runMigrations(dataSource()).then(() => (isDone = true));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(isDone).toBe(false);
      await holder.query('ROLLBACK');
      await run;
      expect(await query('SELECT count(*)::int FROM slow')).toEqual([{ count: 0 }]);
    } finally {
      await holder.end();
    }
  });

  test('leaves an open data source open, and a closed one closed', async () => {
    const open = await dataSource().initialize();
    await runMigrations(open);
    expect(open.isInitialized).toBe(true);
    await open.destroy();
    await runMigrations(open);
    expect(open.isInitialized).toBe(false);
  });
});
