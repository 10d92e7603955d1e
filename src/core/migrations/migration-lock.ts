import type { DataSource, QueryRunner } from 'typeorm';
import { advisoryLock } from '../database/advisory-locks.js';
import { ContextVariable } from '../database/context-variable.js';
import { describeBlockers, holdersOfLock } from './blockers.js';
import { holdingLock, tryLock } from './held-lock.js';
import { retryOptionsOf } from './retry-options.js';

const migrationLock = advisoryLock('migration');
const tellAfterMilliseconds = 2_000;

/** The data source for which the current work holds the lock. */
const held = new ContextVariable<DataSource>();

/**
 * Runs work while no other process migrates the database or holds this lock: anything that must
 * happen only once when several instances start together, such as filling an empty database.
 * Another process waits, and then finds it done. `runMigrations` may be called inside.
 *
 * @example
 * await app.init();
 * await withMigrationLock(app.get(DataSource), () => seedWhenEmpty(app));
 */
export function withMigrationLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  return alone(dataSource, retryOptionsOf().log, work);
}

/** Does the same, and tells in a log whom it waits for. */
export function alone<T>(
  dataSource: DataSource,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (held.get() === dataSource) return work();
  const acquire = (runner: QueryRunner) => waitForLock(runner, log);
  return holdingLock(dataSource, acquire, () => held.run(dataSource, work));
}

async function waitForLock(runner: QueryRunner, log: (line: string) => void): Promise<void> {
  if (await tryLock(runner, migrationLock, tellAfterMilliseconds)) return;
  const holders = describeBlockers(await holdersOfLock(runner, migrationLock));
  log(`Another process is migrating or filling the database; waiting for it: ${holders}.`);
  await tryLock(runner, migrationLock, Infinity);
}
