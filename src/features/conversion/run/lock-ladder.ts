import { BlockerWatch } from '../../../core/migrations/blockers.js';
import type { Blocker } from '../../../core/migrations/blockers.js';
import { untilUnblocked } from '../../../core/migrations/retry-options.js';
import type { TablePlace } from '../plan/conversion-plan.js';
import { sqlTable } from '../steps/names.js';
import type { RunOptions } from './run-options.js';
import type { ConversionSession } from './session.js';

const firstWait = 50;
const lookMilliseconds = 40;

/**
 * Repeats a transaction while locks of others or a deadlock end it, with longer pauses and slightly
 * longer waits each time. Nobody queues behind a wait for longer than the lock timeout.
 */
export function climbing<T>(
  session: ConversionSession,
  { lockTimeout, patience, log, signal }: RunOptions,
  name: string,
  work: (attempt: number, wait: number) => Promise<T>,
): Promise<T> {
  let blockers: readonly Blocker[] = [];
  return untilUnblocked(
    { lockTimeout, retryFor: patience, log },
    {
      name,
      signal,
      blockers: () => blockers,
      run: async (attempt) => {
        signal.throwIfAborted();
        const watch = new BlockerWatch(session.source, {
          pid: session.pid,
          everyMilliseconds: lookMilliseconds,
          patientMilliseconds: Infinity,
          onLongWait: () => undefined,
        });
        try {
          const wait = Math.min(firstWait * 2 ** Math.min(attempt, 10), lockTimeout);
          return await session.transaction(wait, () => work(attempt, wait));
        } finally {
          watch.stop();
          blockers = watch.last;
        }
      },
    },
  );
}

/**
 * Locks tables in their order, all within one wait: nobody queues behind the first for longer.
 * Returns when it had the first.
 */
export async function lockTables(
  session: ConversionSession,
  tables: readonly TablePlace[],
  wait: number,
): Promise<number> {
  const end = performance.now() + wait;
  let since: number | undefined;
  for (const table of tables) {
    await limitWait(session, Math.max(1, end - performance.now()));
    await session.run(`LOCK TABLE ${sqlTable(table)} IN ACCESS EXCLUSIVE MODE`);
    since ??= performance.now();
  }
  await limitWait(session, wait);
  return since ?? performance.now();
}

async function limitWait(session: ConversionSession, milliseconds: number): Promise<void> {
  const wait = String(Math.ceil(milliseconds));
  await session.rows(`SELECT set_config('lock_timeout', $1, true)`, [wait]);
}
