import type { QueryRunner } from 'typeorm';
import { problem } from '../errors/problem.js';
import type { Blocker } from './blockers.js';
import type { Patience } from './patience.js';
import { patienceOf, untilUnblocked } from './patience.js';

/** What the steps of a migration need to know of its run. */
export interface MigrationSession {
  readonly patience: Patience;
  readonly blockers: () => readonly Blocker[];
}

const sessions = new WeakMap<QueryRunner, MigrationSession>();

/** Begins the session of a migration's runner. */
export function beginSession(runner: QueryRunner, session: MigrationSession): void {
  sessions.set(runner, session);
}

/** The session of a migration's runner; one of TypeORM's own command has the defaults. */
function sessionOf(runner: QueryRunner): MigrationSession {
  return sessions.get(runner) ?? { patience: patienceOf(), blockers: () => [] };
}

/** Refuses a step that commits as it goes in a migration that is one transaction. */
export function refuseTransaction(runner: QueryRunner, step: string): void {
  if (!runner.isTransactionActive) return;
  const detail = `${step} cannot run in a transaction. Declare \`transaction = false\` in the migration.`;
  throw problem('setup_refused', { detail });
}

/** Does one part of a long step again for as long as locks of others or a deadlock end it. */
export function untilStepUnblocked<T>(
  runner: QueryRunner,
  name: string,
  run: () => Promise<T>,
): Promise<T> {
  const { patience, blockers } = sessionOf(runner);
  return untilUnblocked(patience, { name, run, blockers });
}

/**
 * Runs statements that nobody waits for while they wait, such as a concurrent index build: they
 * may wait for as long as a migration is tried again.
 */
export async function waitingLong<T>(runner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const { retryFor, lockTimeout } = sessionOf(runner).patience;
  const [before] = (await runner.query(
    `SELECT current_setting('lock_timeout') AS value, set_config('lock_timeout', $1, $2)`,
    [String(Math.max(retryFor, lockTimeout)), runner.isTransactionActive],
  )) as { value: string }[];
  try {
    return await work();
  } finally {
    // In a transaction that failed nothing runs, and its settings end with it.
    await runner
      .query(`SELECT set_config('lock_timeout', $1, $2)`, [
        before!.value,
        runner.isTransactionActive,
      ])
      .catch(() => undefined);
  }
}
