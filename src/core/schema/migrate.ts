import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, MigrationExecutor } from 'typeorm';
import type { QueryRunner } from 'typeorm';

/** A migration and whether the database has it. */
export interface MigrationState {
  readonly name: string;
  readonly isApplied: boolean;
}

const pollMilliseconds = 100;

/** Migrations may take long; `transaction_timeout` is there from PostgreSQL 17 on. */
const endlessTransaction = `SELECT set_config(name, '0', true) FROM pg_settings
  WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')`;

/**
 * Runs the pending migrations and tells their names. Two processes never migrate at once: the
 * second waits and then finds nothing to do. A data source that is not open is opened for it.
 */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  return whileOpen(dataSource, async () => {
    // That nothing is pending, which is so at most starts, is seen without the lock.
    const pending = await new MigrationExecutor(dataSource).getPendingMigrations();
    return pending.length === 0 ? [] : alone(dataSource, () => runPending(dataSource));
  });
}

async function runPending(dataSource: DataSource): Promise<string[]> {
  try {
    const done = await dataSource.runMigrations({ transaction: 'each' });
    return done.map(({ name }) => name);
  } catch (cause) {
    throw await namingMigration(dataSource, cause);
  }
}

/** Reverts the migration that ran last and tells its name; undefined when there is none. */
export async function revertMigration(dataSource: DataSource): Promise<string | undefined> {
  return whileOpen(dataSource, () =>
    alone(dataSource, async () => {
      const executor = new MigrationExecutor(dataSource);
      const before = await executor.getExecutedMigrations();
      if (before.length === 0) return undefined;
      await dataSource.undoLastMigration({ transaction: 'each' });
      const left = new Set((await executor.getExecutedMigrations()).map(({ name }) => name));
      return before.find(({ name }) => !left.has(name))?.name;
    }),
  );
}

/** Every migration of the data source, in the order of running. Changes nothing. */
export async function migrationStatus(dataSource: DataSource): Promise<MigrationState[]> {
  return whileOpen(dataSource, async () => {
    const executor = new MigrationExecutor(dataSource);
    const executed = await executor.getExecutedMigrations();
    const pending = await executor.getPendingMigrations();
    return [...executed, ...pending]
      .toSorted((one, other) => one.timestamp - other.timestamp)
      .map((migration) => ({ name: migration.name, isApplied: executed.includes(migration) }));
  });
}

/** The error of a migration, with its name: the first that is still pending. */
async function namingMigration(dataSource: DataSource, cause: unknown): Promise<unknown> {
  const pending = await new MigrationExecutor(dataSource).getPendingMigrations().catch(() => []);
  if (pending[0] === undefined || !(cause instanceof Error)) return cause;
  const next = 'Correct it and run `dual-id migrate` again; what ran before stays.';
  return new Error(`The migration ${pending[0].name} failed: ${cause.message}. ${next}`, { cause });
}

async function whileOpen<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  if (dataSource.isInitialized) return work();
  await dataSource.initialize();
  try {
    return await work();
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Holds a transaction-level lock on a connection of its own, for as long as the work takes. The
 * lock goes with the transaction, and so with a process that dies; it works through poolers, too.
 */
async function alone<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const options = { ...dataSource.options, entities: [], migrations: [], subscribers: [] };
  const guard = new DataSource({ ...options, migrationsRun: false });
  await guard.initialize();
  const runner = guard.createQueryRunner();
  try {
    await runner.startTransaction('READ COMMITTED');
    await waitForLock(runner);
    const result = await work();
    await runner.commitTransaction();
    return result;
  } finally {
    // Destroying the pool ends the connection and with it what is left of the transaction.
    await guard.destroy();
  }
}

async function waitForLock(runner: QueryRunner): Promise<void> {
  await runner.query(endlessTransaction);
  for (;;) {
    // Waiting inside one statement would hold a snapshot that stops concurrent index builds.
    const [row] = (await runner.query(
      'SELECT pg_try_advisory_xact_lock(1685414252, 1) AS locked',
    )) as { locked: boolean }[];
    if (row?.locked) return;
    await sleep(pollMilliseconds);
  }
}
