import type { DataSource, Migration, QueryRunner } from 'typeorm';
import { MigrationExecutor } from 'typeorm';
import type { Blocker } from './blockers.js';
import { BlockerWatch, describeBlockers } from './blockers.js';
import { beginSession } from './migration-session.js';
import type { Reach } from './migration-source.js';
import { setLimits } from './migration-source.js';
import type { RetryOptions } from './retry-options.js';
import { untilUnblocked } from './retry-options.js';

/** The direction of a migration. */
export type MigrationDirection = 'up' | 'down';

const maxLook = 250;

/**
 * Runs or reverts one migration: in a transaction with its row in the table of migrations, or
 * outside one if it declares `transaction = false`. It starts again if locks of others or a
 * deadlock ended it.
 */
export async function runOne(
  source: DataSource,
  migration: Migration,
  {
    direction,
    retryOptions,
  }: { readonly direction: MigrationDirection; readonly retryOptions: RetryOptions },
): Promise<void> {
  let blockers: readonly Blocker[] = [];
  const name = `The migration ${migration.name}`;
  const run = async () => {
    // TypeORM's cached tables do not survive a rollback, so each attempt has its own runner.
    const runner = source.createQueryRunner();
    const reach = migration.instance?.transaction === false ? 'connection' : 'transaction';
    try {
      if (reach === 'transaction') await runner.startTransaction();
      const watch = await watchFor(source, runner, { name, reach, retryOptions });
      beginSession(runner, { retryOptions, blockers: () => watch.last });
      try {
        await migration.instance![direction](runner);
        await record(source, runner, { migration, direction });
        if (runner.isTransactionActive) await runner.commitTransaction();
      } finally {
        watch.stop();
        blockers = watch.last;
      }
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  };
  await untilUnblocked(retryOptions, { name, run, blockers: () => blockers });
}

interface Watching {
  readonly name: string;
  readonly reach: Reach;
  readonly retryOptions: RetryOptions;
}

async function watchFor(
  source: DataSource,
  runner: QueryRunner,
  { name, reach, retryOptions: { lockTimeout, log } }: Watching,
): Promise<BlockerWatch> {
  return new BlockerWatch(source, {
    pid: await setLimits(runner, reach, lockTimeout),
    everyMilliseconds: Math.min(maxLook, Math.ceil(lockTimeout / 4)),
    patientMilliseconds: 2 * lockTimeout,
    onLongWait: (blockers) => log(`${name} waits for ${describeBlockers(blockers)}.`),
  });
}

function record(
  source: DataSource,
  runner: QueryRunner,
  {
    migration,
    direction,
  }: { readonly migration: Migration; readonly direction: MigrationDirection },
): Promise<unknown> {
  const executor = new MigrationExecutor(source, runner);
  return direction === 'up'
    ? executor.insertMigration(migration)
    : executor.deleteMigration(migration);
}
