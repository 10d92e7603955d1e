import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** How a server that died is restarted. */
export interface RestartOptions {
  /**
   * The maximum number of restarts in a row, 20 by default; 0 leaves a dead server alone. Counting
   * starts again once the server has run for `maxDelay`.
   */
  maxAttempts?: number;
  /**
   * The maximum wait before an attempt, in milliseconds; 60,000 by default. The first attempt is
   * immediate, the second after half a second, and every later one after twice the previous wait.
   */
  maxDelay?: number;
}

/** The options with their defaults. */
export function restartLimits({
  maxAttempts = 20,
  maxDelay = 60_000,
}: RestartOptions = {}): Required<RestartOptions> {
  requireNumber('maxAttempts', maxAttempts, Infinity);
  // The maximum duration of a Node.js timer.
  requireNumber('maxDelay', maxDelay, 2 ** 31 - 1);
  return { maxAttempts, maxDelay };
}

function requireNumber(name: string, value: number, max: number): void {
  if (value >= 0 && value <= max) return;
  throw new EmbeddedPostgresError(
    `The option restart.${name} is ${value}: give a number from 0 to ${max}, or leave it out.`,
  );
}
