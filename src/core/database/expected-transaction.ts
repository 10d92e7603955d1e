import { AsyncLocalStorage } from 'node:async_hooks';
import type { Isolation } from './isolation.js';

const expected = new AsyncLocalStorage<Isolation | undefined>();

/**
 * Runs work that others run inside a transaction at this level. What could not run there is refused
 * here as well, so that the fault shows in the first request and not in the first retry.
 */
export function expectTransaction<T>(isolation: Isolation, work: () => T): T {
  return expected.run(isolation, work);
}

/** The level of the transaction that the running work has to be fit for; undefined for none. */
export function expectedTransaction(): Isolation | undefined {
  return expected.getStore();
}

/** Runs work of which nothing is expected. */
export function expectNothing<T>(work: () => T): T {
  return expected.run(undefined, work);
}
