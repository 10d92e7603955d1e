import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { isLostRowRace } from '../database/contention.js';
import { problem } from '../errors/problem.js';
import { jittered } from '../pause/jittered.js';
import type { Blocker } from './blockers.js';
import { describeBlockers } from './blockers.js';

/** How migrations wait for locks that others hold. */
export interface MigrationOptions {
  /**
   * Milliseconds that a statement waits for a lock. Requests queued behind it wait as long, so keep
   * it short: the migration is then rolled back and retried. Default 500.
   */
  readonly lockTimeout?: number;
  /** Milliseconds for which a migration is retried before it fails. Default 60,000. */
  readonly retryFor?: number;
  /** Receives a line for each wait; by default it is a warning in Nest's log. */
  readonly log?: (line: string) => void;
}

/** The options, with their defaults. */
export type RetryOptions = Required<MigrationOptions>;

const migrationsLogger = new Logger('Migrations');
const maxMigrationPause = 5_000;

/** Adds the defaults and refuses values that would wait forever. */
export function retryOptionsOf(options: MigrationOptions = {}): RetryOptions {
  const {
    lockTimeout = 500,
    retryFor = 60_000,
    log = (line) => migrationsLogger.warn(line),
  } = options;
  for (const [name, value, min] of [
    ['lockTimeout', lockTimeout, 1],
    ['retryFor', retryFor, 0],
  ] as const) {
    if (Number.isInteger(value) && value >= min && value < 2 ** 31) continue;
    const detail = `${name} is ${value}, not a whole number of milliseconds from ${min}.`;
    throw problem('misuse', { detail });
  }
  return { lockTimeout, retryFor, log };
}

/** Work that may meet locks, and who holds them. */
export interface BlockedWork<T> {
  /** Its name in the log: `The migration CreateUsers1760000100000`. */
  readonly name: string;
  readonly run: (attempt: number) => Promise<T>;
  /** The sessions that blocked it last. */
  readonly blockers: () => readonly Blocker[];
  /** Ends the pause before the next try when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Repeats work, after a pause, while locks of others or a deadlock end it. */
export async function untilUnblocked<T>(
  retryOptions: RetryOptions,
  work: BlockedWork<T>,
): Promise<T> {
  const start = performance.now();
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work.run(attempt);
    } catch (error) {
      const what = blockOf(error);
      if (what === undefined) throw error;
      const by = describeBlockers(work.blockers());
      const pause = pauseAfter(attempt, retryOptions.lockTimeout);
      const waited = performance.now() - start;
      if (waited + pause > retryOptions.retryFor) {
        const detail = `${work.name} gave up after ${seconds(waited)}: ${what} ${by}.`;
        throw problem('migration_blocked', { detail, cause: error });
      }
      retryOptions.log(`${work.name} ${what} ${by}; it starts again in ${seconds(pause)}.`);
      await sleep(pause, undefined, work.signal && { signal: work.signal });
    }
  }
}

/** Describes how others ended a statement; undefined for any other error. */
function blockOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // Nested work has already waited long enough.
    if ((cause as { code?: unknown }).code === 'migration_blocked') return undefined;
    const { driverError = cause } = cause as { driverError?: unknown };
    const { code } = driverError as { code?: unknown };
    if (code === '55P03') return 'did not get a lock that is held by';
    if (code === '40P01') return 'met a deadlock with';
    if (isLostRowRace(cause)) return 'changed a row at the same moment as';
  }
  return undefined;
}

/** Longer than the wait if that was short, so that requests queued behind it get through. */
function pauseAfter(attempt: number, lockTimeout: number): number {
  const growing = lockTimeout * 2 ** Math.min(attempt + 1, 10);
  return jittered(Math.min(growing, maxMigrationPause));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
