import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * All variables share one storage: before Node 24, each storage in use costs every promise of the
 * process time and memory.
 */
const storage = new AsyncLocalStorage<ReadonlyMap<unknown, unknown>>();

/** A value seen by a piece of work, and by everything it starts, for as long as it runs. */
export class ContextVariable<T extends {}> {
  /** The value in the running work. */
  get(): T | undefined {
    return storage.getStore()?.get(this) as T | undefined;
  }

  /** Runs work with this value, or with none. */
  run<R>(value: T | undefined, work: () => R): R {
    const values = new Map(storage.getStore());
    if (value === undefined) values.delete(this);
    else values.set(this, value);
    return storage.run(values, work);
  }
}
