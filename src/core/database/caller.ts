import { AsyncLocalStorage } from 'node:async_hooks';

/** Whoever waits for the work that runs now, such as the client of a request. */
export interface Caller {
  /** Calls back once the caller has gone; the returned function takes the callback off. */
  onGone(callback: () => void): () => void;
  /** Notes that a write was committed: what fails behind it is no longer safe to repeat. */
  noteWrite(): void;
  /** True once a write was committed on behalf of the caller. */
  readonly hasWritten: boolean;
}

const callers = new AsyncLocalStorage<Caller | undefined>();

/** Runs work on behalf of a caller: once the caller has gone, its statements are cancelled. */
export function onBehalfOf<T>(caller: Caller | undefined, work: () => T): T {
  return callers.run(caller, work);
}

/**
 * Runs work that stands although the caller leaves, as what follows a commit: none of it is
 * cancelled. What it writes counts as written for the caller all the same.
 */
export function whoeverLeaves<T>(work: () => T): T {
  const caller = callers.getStore();
  if (caller === undefined) return work();
  const staying: Caller = {
    onGone: () => () => undefined,
    noteWrite: () => caller.noteWrite(),
    get hasWritten() {
      return caller.hasWritten;
    },
  };
  return callers.run(staying, work);
}

/** The caller of the work that runs now; undefined where nobody or more than one waits for it. */
export function currentCaller(): Caller | undefined {
  return callers.getStore();
}

/**
 * Runs work that several callers share in nobody's async context. Otherwise it would run in that
 * of whoever came first, whose tenant, trace or disconnect is nothing to the others.
 */
export const onBehalfOfNobody: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
