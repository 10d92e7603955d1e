import type { QueryRunner } from 'typeorm';
import { problem } from '../errors/problem.js';
import type { Blocker } from './blockers.js';
import type { RetryOptions } from './retry-options.js';
import { retryOptionsOf, untilUnblocked } from './retry-options.js';

/** What the steps of a migration need to know about its run. */
export interface MigrationSession {
  readonly retryOptions: RetryOptions;
  readonly blockers: () => readonly Blocker[];
}

const sessions = new WeakMap<QueryRunner, MigrationSession>();

/** Begins the session of a migration's runner. */
export function beginSession(runner: QueryRunner, session: MigrationSession): void {
  sessions.set(runner, session);
}

/** The session of a migration's runner; the defaults under TypeORM's own command. */
function sessionOf(runner: QueryRunner): MigrationSession {
  return sessions.get(runner) ?? { retryOptions: retryOptionsOf(), blockers: () => [] };
}

/** Refuses a step that commits along the way in a migration that is one transaction. */
export function refuseTransaction(runner: QueryRunner, step: string): void {
  if (!runner.isTransactionActive) return;
  const detail = `${step} cannot run in a transaction. Declare \`transaction = false\` in the migration.`;
  throw problem('misuse', { detail });
}

/** Repeats one part of a long step while locks of others or a deadlock end it. */
export function untilStepUnblocked<T>(
  runner: QueryRunner,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  const { retryOptions, blockers } = sessionOf(runner);
  return untilUnblocked(retryOptions, { name, run, blockers });
}

/**
 * Runs statements for which nobody waits while they wait, such as a concurrent index build: they
 * may wait for as long as a migration is retried.
 */
export async function waitingLong<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const { retryFor, lockTimeout } = sessionOf(runner).retryOptions;
  const [before] = (await runner.query(
    `SELECT current_setting('lock_timeout') AS value, set_config('lock_timeout', $1, $2)`,
    [String(Math.max(retryFor, lockTimeout)), runner.isTransactionActive],
  )) as { value: string }[];
  try {
    return await work();
  } finally {
    // Nothing runs in a failed transaction, and its settings end with it.
    await runner
      .query(`SELECT set_config('lock_timeout', $1, $2)`, [
        before!.value,
        runner.isTransactionActive,
      ])
      .catch(() => undefined);
  }
}
