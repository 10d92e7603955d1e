import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { describeBlockers, holdersOfLock } from './blockers.js';
import { bareSource, setLimits } from './migration-source.js';
import { patienceOf } from './patience.js';

const key = [1685414252, 1] as const;
const pollMilliseconds = 100;
const tellAfterMilliseconds = 2_000;

/** The data source for which the current work holds the lock. */
const held = new AsyncLocalStorage<DataSource>();

/**
 * Does work while no other process migrates the database or holds this lock: what several
 * instances that start together may do only once, such as filling an empty database. Another one
 * waits, and then finds it done. `runMigrations` may be called within.
 *
 * @example
 * await app.init();
 * await withMigrationLock(app.get(DataSource), () => seedWhenEmpty(app));
 */
export function withMigrationLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  return alone(dataSource, patienceOf().log, work);
}

/**
 * Holds a transaction-level lock on a connection of its own, for as long as the work takes. The
 * lock goes with the transaction, and so with a process that dies; it works through poolers, too.
 */
export async function alone<T>(
  dataSource: DataSource,
  log: (line: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  if (held.getStore() === dataSource) return work();
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
  // Waiting inside one statement would hold a snapshot that stops concurrent index builds.
  while (!(await tryLock(runner))) {
    if (!hasTold && performance.now() - start > tellAfterMilliseconds) {
      const holders = describeBlockers(await holdersOfLock(runner, key));
      log(`Another process migrates or fills the database, and this one waits for it: ${holders}.`);
      hasTold = true;
    }
    await sleep(pollMilliseconds);
  }
}

/** In one text: the portal of a statement with parameters would keep its snapshot, too. */
async function tryLock(runner: QueryRunner): Promise<boolean> {
  const [row] = (await runner.query(
    `SELECT pg_try_advisory_xact_lock(${key.join(', ')}) AS locked`,
  )) as { locked: boolean }[];
  return row!.locked;
}
