import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** How a server that died is restarted. */
export interface RestartOptions {
  /**
   * How often in a row, 20 by default; 0 leaves a dead server alone. It counts from one again once
   * the server has run for `maxDelay`.
   */
  maxAttempts?: number;
  /**
   * The longest wait before an attempt, in milliseconds; 60,000 by default. The first attempt is
   * made at once, the second after half a second, and every later one after twice the wait before.
   */
  maxDelay?: number;
}

/** The options with their defaults. */
export function restartLimits({
  maxAttempts = 20,
  maxDelay = 60_000,
}: RestartOptions = {}): Required<RestartOptions> {
  requireNumber('maxAttempts', maxAttempts, Infinity);
  // The longest time a timer of Node can wait.
  requireNumber('maxDelay', maxDelay, 2 ** 31 - 1);
  return { maxAttempts, maxDelay };
}

function requireNumber(name: string, value: number, max: number): void {
  if (value >= 0 && value <= max) return;
  throw new EmbeddedPostgresError(
    `The option restart.${name} is ${value}: give a number from 0 to ${max}, or leave it out.`,
  );
}
