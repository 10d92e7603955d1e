import { ContextVariable } from './context-variable.js';
import type { Isolation } from './isolation.js';
import { requireIsolation } from './isolation.js';

const expected = new ContextVariable<Isolation>();

/**
 * Runs work that otherwise runs inside a transaction at this level. What could not run there is
 * refused here too, so that the fault shows on the first request and not on the first retry.
 */
export function expectTransaction<T>(isolation: Isolation, work: () => T): T {
  return expected.run(isolation, work);
}

/**
 * The level of the transaction that the running work must be able to run in; undefined for none.
 */
export function expectedTransaction(): Isolation | undefined {
  return expected.get();
}

/** Refuses a transaction that could not run inside the one that the running work expects. */
export function requireExpected(asked: Isolation | undefined): void {
  const level = expected.get();
  if (level !== undefined) requireIsolation(level, asked);
}

/** Runs work without any expectation. */
export function expectNothing<T>(work: () => T): T {
  return expected.run(undefined, work);
}
