import { setTimeout as sleep } from 'node:timers/promises';
import { isContention } from '../../../core/database/contention.js';
import { jittered } from '../../../core/pause/jittered.js';
import { FileFailure } from '../source/file-failure.js';

/** How long an import keeps trying while other writers are in its way, in milliseconds. */
export const defaultLockWait = 60_000;

/** An import that is in nobody's way for long pauses between two tries, in milliseconds. */
const firstRetryPause = 50;
const maxRetryPause = 1000;

/** Whether other writers were in the way, so that the same may work later. */
export function isContended(error: unknown): boolean {
  return isContention(error instanceof FileFailure ? error.cause : error);
}

/** How often and how long something is tried again. */
export interface ContentionOptions {
  /** The minimum number of tries, however long they take. */
  readonly minTries: number;
  /** And the minimum time, in milliseconds. */
  readonly minMilliseconds: number;
  /** Whether this error is worth another try. */
  readonly canRetry: (error: unknown) => boolean;
}

/** Does something again, after pauses that grow and vary, while others are in the way. */
export async function retry<T>(
  { minTries, minMilliseconds, canRetry }: ContentionOptions,
  attempt: () => Promise<T>,
): Promise<T> {
  const end = performance.now() + minMilliseconds;
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isOver = count >= minTries && performance.now() >= end;
      if (isOver || !canRetry(error)) throw error;
    }
    await sleep(jittered(Math.min(firstRetryPause * 2 ** count, maxRetryPause)));
  }
}
