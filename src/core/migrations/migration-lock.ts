import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { advisoryLock } from '../database/advisory-locks.js';
import { ContextVariable } from '../database/context-variable.js';
import { describeBlockers, holdersOfLock } from './blockers.js';
import { bareSource, setLimits } from './migration-source.js';
import { retryOptionsOf } from './retry-options.js';

const migrationLock = advisoryLock('migration');
const pollMilliseconds = 100;
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

/**
 * Holds a transaction-level lock on a dedicated connection for as long as the work takes. The lock
 * ends with the transaction, and so with a process that dies; it also works through poolers.
 */
export async function alone<T>(
  dataSource: DataSource,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (held.get() === dataSource) return work();
  const guard = bareSource(dataSource);
  await guard.initialize();
  const runner = guard.createQueryRunner();
  try {
    await runner.startTransaction('READ COMMITTED');
    await setLimits(runner, 'transaction', 0);
    await waitForLock(runner, log);
    return await held.run(dataSource, work);
  } finally {
    // Destroying the pool ends the connection and with it the transaction, which wrote nothing.
    await guard.destroy();
  }
}

async function waitForLock(runner: QueryRunner, log: (line: string) => void): Promise<void> {
  const start = performance.now();
  let hasTold = false;
  // Waiting inside one statement would hold a snapshot that blocks concurrent index builds.
  while (!(await tryLock(runner))) {
    if (!hasTold && performance.now() - start > tellAfterMilliseconds) {
      const holders = describeBlockers(await holdersOfLock(runner, migrationLock));
      log(`Another process is migrating or filling the database; waiting for it: ${holders}.`);
      hasTold = true;
    }
    await sleep(pollMilliseconds);
  }
}

/** As one text: the portal of a statement with parameters would keep its snapshot, too. */
async function tryLock(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query(
    `SELECT pg_try_advisory_xact_lock(${migrationLock.join(', ')}) AS locked`,
  )) as { locked: boolean }[];
  return row!.locked;
}
