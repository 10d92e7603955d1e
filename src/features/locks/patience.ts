import type { DualIdError } from '../../core/errors/dual-id-error.js';
import { problem } from '../../core/errors/problem.js';

/** How long to wait for what is locked. */
export interface Patience {
  /** Waits by default; `no-wait` fails at once with `locked`. */
  readonly mode?: 'wait' | 'no-wait';
  /** The maximum number of milliseconds to wait before it fails with `locked`; no limit by default. */
  readonly timeout?: number;
}

/** Seconds after which a client may ask again. */
const retryAfter = 1;
const longest = 2_147_483_647;

/** The error of what is locked by others for longer than the caller waits. */
export function busy(cause?: unknown): DualIdError {
  return problem('locked', { retryAfter, cause });
}

/** Refuses a timeout that PostgreSQL would take for another one. */
export function requirePatience({ timeout }: Patience): void {
  if (timeout === undefined) return;
  if (Number.isInteger(timeout) && timeout > 0 && timeout <= longest) return;
  throw problem('setup_refused', {
    detail: `The timeout is ${timeout}, not a whole number of milliseconds above 0.`,
  });
}
