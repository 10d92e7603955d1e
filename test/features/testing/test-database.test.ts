import { afterEach, describe, expect, test } from '@jest/globals';
import { addDualId, dualIdDataSource, installDualId } from 'nest-dual-id';
import type { TestDatabase } from 'nest-dual-id/testing';
import { testDatabase } from 'nest-dual-id/testing';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateThings1 implements MigrationInterface {
  name = 'CreateThings1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await installDualId(runner);
    await runner.query('CREATE TABLE things (name text NOT NULL)');
    await addDualId(runner, { table: 'things' });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE things');
  }
}

const databases: TestDatabase[] = [];

afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

describe('a test database', () => {
  test('has the migrations of a data source, and no rows of other tests', async () => {
    const things = (url: string) =>
      dualIdDataSource({ url, entities: [], migrations: [CreateThings1] });
    const [one, two] = await Promise.all([
      open({ migrations: things }),
      open({ migrations: things }),
    ]);
    await ask(one.url, `INSERT INTO things (name) VALUES ('mine')`);
    expect(await ask(one.url, 'SELECT count(*)::integer FROM things')).toBe(1);
    expect(await ask(two.url, 'SELECT count(*)::integer FROM things')).toBe(0);
  });

  test('is migrated by whatever tool an application uses, once for all its clones', async () => {
    const tool = async (url: string) => {
      await ask(url, 'CREATE TABLE IF NOT EXISTS runs (at timestamptz DEFAULT clock_timestamp())');
      await ask(url, 'INSERT INTO runs SELECT WHERE NOT EXISTS (SELECT FROM runs)');
    };
    const one = await open({ migrations: tool });
    const two = await open({ migrations: tool });
    const [first, second] = [await ask(one.url, 'TABLE runs'), await ask(two.url, 'TABLE runs')];
    expect(first).toEqual(second);
  });

  test('reports why a migration failed, and is created once the cause is gone', async () => {
    let isBroken = true;
    const repaired = async () => {
      if (isBroken) throw new Error('no such column');
    };
    await expect(testDatabase({ migrations: repaired })).rejects.toThrow('no such column');
    isBroken = false;
    const database = await open({ migrations: repaired });
    expect(await ask(database.url, 'SELECT 1')).toBe(1);
  });

  test('is empty without migrations, and gone once it is dropped', async () => {
    const database = await testDatabase();
    expect(await ask(database.url, `SELECT to_regclass('users')`)).toBeNull();
    await database.drop();
    await expect(ask(database.url, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
  });

  test('starts its own server if none is given, and stops it again', async () => {
    const running = process.env['TEST_SERVER_URL'];
    delete process.env['TEST_SERVER_URL'];
    try {
      const database = await testDatabase({ version: 15 });
      expect(await ask(database.url, 'SHOW server_version')).toMatch(/^15\./);
      await database.drop();
      await expect(ask(database.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      process.env['TEST_SERVER_URL'] = running;
    }
  });
});

async function open(options: Parameters<typeof testDatabase>[0]): Promise<TestDatabase> {
  const database = await testDatabase(options);
  databases.push(database);
  return database;
}

/** The first column of the first row. */
async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}
