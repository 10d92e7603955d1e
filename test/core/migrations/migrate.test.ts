import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { migrationStatus, revertMigration, runMigrations } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';

class First1000000000001 implements MigrationInterface {
  up = async (runner: QueryRunner) => void (await runner.query('CREATE TABLE first ()'));
  down = async (runner: QueryRunner) => void (await runner.query('DROP TABLE first'));
}

class Second1000000000002 implements MigrationInterface {
  up = async (runner: QueryRunner) => {
    await runner.query('CREATE TABLE second ()');
    await runner.query('SELECT 1 / count(*) FROM pg_class WHERE relname = $1', ['allowed']);
  };
  down = async (runner: QueryRunner) => void (await runner.query('DROP TABLE second'));
}

let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

const source = (migrations = [First1000000000001, Second1000000000002]) =>
  new DataSource({ type: 'postgres', url: database.url, logger: 'debug', migrations });
const tables = async () =>
  (
    await runSql<{ name: string }>(
      database.url,
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    )
  ).map(({ name }) => name);

describe('runMigrations', () => {
  test('keeps what ran before a failing migration, and undoes that one entirely', async () => {
    await expect(runMigrations(source())).rejects.toThrow('division by zero');
    expect((await tables()).sort()).toEqual(['first', 'migrations']);
    await runSql(database.url, 'CREATE TABLE allowed ()');
    expect(await runMigrations(source())).toEqual(['Second1000000000002']);
    expect(await runMigrations(source())).toEqual([]);
  });

  test('from two processes at once runs each migration once', async () => {
    const script = `
      import { runMigrations } from 'nest-dual-id';
      import { dataSource } from './dist/src/shop/data-source.js';
      console.log(JSON.stringify(await runMigrations(dataSource)));`;
    const env = { ...process.env, DATABASE_URL: database.url, NODE_OPTIONS: '' };
    const run = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env });
    const outputs = await Promise.all([run(), run()]);
    const names = outputs.map(({ stdout }) => JSON.parse(stdout) as string[]);
    const applied = await runSql<{ name: string }>(
      database.url,
      'SELECT name FROM migrations ORDER BY id',
    );
    expect(names.flat()).toEqual(applied.map(({ name }) => name));
    expect(names.filter((list) => list.length > 0)).toHaveLength(1);
  });
});

describe('revertMigration and migrationStatus', () => {
  test('revert one migration at a time, and report what is applied', async () => {
    await runSql(database.url, 'CREATE TABLE allowed ()');
    await runMigrations(source());
    expect(await revertMigration(source())).toBe('Second1000000000002');
    expect(await migrationStatus(source())).toEqual([
      { name: 'First1000000000001', isApplied: true },
      { name: 'Second1000000000002', isApplied: false },
    ]);
    expect(await revertMigration(source())).toBe('First1000000000001');
    expect(await revertMigration(source())).toBeUndefined();
  });

  test('change nothing in a database where nothing ran', async () => {
    expect((await migrationStatus(source())).map(({ isApplied }) => isApplied)).toEqual([
      false,
      false,
    ]);
    expect(await tables()).toEqual([]);
  });
});
