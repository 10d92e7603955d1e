import { AsyncLocalStorage } from 'node:async_hooks';

const own = new AsyncLocalStorage<true>();

/** Marks START, SAVEPOINT, COMMIT and ROLLBACK, which are turns themselves and wait for none. */
export function asOwnStatement<T>(work: () => Promise<T>): Promise<T> {
  return own.run(true, work);
}

/** Whether the statement that is asked for is one of those. */
export function isOwnStatement(): boolean {
  return own.getStore() === true;
}
