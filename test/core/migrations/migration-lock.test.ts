import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runMigrations, withMigrationLock } from 'nest-dual-id';
import type { TestDatabase } from '../../support/database.js';
import { emptyDatabase, runSql } from '../../support/empty-database.js';
import { migrationOf, sourceOf } from '../../support/written-migration.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.drop());

const create = migrationOf((runner) => runner.query('CREATE TABLE notes (text text)'));
const source = () => sourceOf(database.url, [create]);
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const fillWhenEmpty = async () => {
  const [row] = await runSql<{ full: boolean }>(
    database.url,
    'SELECT EXISTS (SELECT FROM notes) AS full',
  );
  await sleep(100);
  if (!row!.full) await runSql(database.url, `INSERT INTO notes VALUES ('first')`);
  return !row!.full;
};

test('work under the lock is done by one at a time, including migrations in it', async () => {
  const start = async () => {
    const dataSource = source();
    return withMigrationLock(dataSource, async () => {
      await runMigrations(dataSource);
      return fillWhenEmpty();
    });
  };
  const filled = await Promise.all([start(), start(), start()]);
  expect(filled.toSorted()).toEqual([false, false, true]);
});

test('work that fails releases the lock, and the caller gets its error', async () => {
  const error = new Error('no seed');
  const failing = withMigrationLock(source(), () => Promise.reject(error));
  await expect(failing).rejects.toBe(error);
  expect(await runMigrations(source())).toHaveLength(1);
});

test('a long wait is logged with the process it waits for', async () => {
  const lines: string[] = [];
  Logger.overrideLogger({ log: () => {}, warn: (line) => lines.push(line), error: () => {} });
  let release = () => {};
  const holding = withMigrationLock(source(), () => new Promise<void>((end) => (release = end)));
  await sleep(200);
  const waiting = runMigrations(source());
  await sleep(3000);
  release();
  await holding;
  expect(await waiting).toHaveLength(1);
  Logger.overrideLogger(true);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/pid \d+ \(migrator, role \w+, idle in transaction, /);
});
