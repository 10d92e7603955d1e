import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource, QueryRunner } from 'typeorm';
import { bareSource, setLimits } from './migration-source.js';

const pollMilliseconds = 100;

/**
 * Holds transaction-level locks on a dedicated connection for as long as the work takes. They end
 * with the transaction, and so with a process that dies; they also work through poolers.
 */
export async function holdingLock<T>(
  dataSource: DataSource,
  acquire: (runner: QueryRunner) => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const guard = bareSource(dataSource);
  await guard.initialize();
  const runner = guard.createQueryRunner();
  try {
    await runner.startTransaction('READ COMMITTED');
    await setLimits(runner, 'transaction', 0);
    await acquire(runner);
    return await work();
  } finally {
    // Destroying the pool ends the connection and with it the transaction, which wrote nothing.
    await guard.destroy();
  }
}

/** Tries to take an advisory lock for so many milliseconds; returns whether it has it. */
export async function tryLock(
  runner: QueryRunner,
  lock: readonly [number, number],
  milliseconds: number,
): Promise<boolean> {
  const end = performance.now() + milliseconds;
  // Waiting inside one statement would hold a snapshot that blocks concurrent index builds, and so
  // would the portal of a statement with parameters.
  for (;;) {
    const [row] = (await runner.query(
      `SELECT pg_try_advisory_xact_lock(${lock.join(', ')}) AS locked`,
    )) as { locked: boolean }[];
    if (row!.locked) return true;
    if (performance.now() >= end) return false;
    await sleep(pollMilliseconds);
  }
}
