import type { DualIdError } from '../../core/errors/dual-id-error.js';
import { problem } from '../../core/errors/problem.js';

/** How long to wait for a lock. */
export interface LockWaitOptions {
  /** Waits by default; `no-wait` fails immediately with `locked`. */
  readonly mode?: 'wait' | 'no-wait';
  /** The maximum number of milliseconds to wait before it fails with `locked`; no limit by default. */
  readonly timeout?: number;
}

/** Seconds after which a client may retry. */
const lockRetryAfter = 1;
const maxTimeout = 2_147_483_647;

/** The error if something is locked by others for longer than the caller waits. */
export function lockedError(cause?: unknown): DualIdError {
  return problem('locked', { retryAfter: lockRetryAfter, cause });
}

/** Refuses a timeout that PostgreSQL would read as a different one. */
export function requireWaitTime({ timeout }: LockWaitOptions): void {
  if (timeout === undefined) return;
  if (Number.isInteger(timeout) && timeout > 0 && timeout <= maxTimeout) return;
  throw problem('misuse', {
    detail: `The timeout is ${timeout}, not a whole number of milliseconds above 0.`,
  });
}
