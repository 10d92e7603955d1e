import { AsyncLocalStorage } from 'node:async_hooks';

/** A value of a variable, and those of others; each variable is bound once at most. */
interface Bound {
  readonly variable: object;
  readonly value: unknown;
  readonly others: Bound | undefined;
}

/**
 * All variables share one storage: before Node 24, each storage in use costs every promise of the
 * process time and memory.
 */
const storage = new AsyncLocalStorage<Bound | undefined>();

/** A value seen by a piece of work, and by everything it starts, for as long as it runs. */
export class ContextVariable<T extends {}> {
  /** The value in the running work. */
  get(): T | undefined {
    let bound = storage.getStore();
    while (bound !== undefined && bound.variable !== this) bound = bound.others;
    return bound?.value as T | undefined;
  }

  /** Runs work with this value, or with none. */
  run<R>(value: T | undefined, work: () => R): R {
    const others = without(this, storage.getStore());
    const values = value === undefined ? others : { variable: this, value, others };
    return storage.run(values, work);
  }
}

/** Without the value that another takes the place of, or work that repeats itself would add up. */
function without(variable: object, bound: Bound | undefined): Bound | undefined {
  if (bound === undefined) return undefined;
  if (bound.variable === variable) return bound.others;
  const others = without(variable, bound.others);
  if (others === bound.others) return bound;
  return { variable: bound.variable, value: bound.value, others };
}
