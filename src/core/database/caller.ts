import { AsyncLocalStorage } from 'node:async_hooks';
import { ContextVariable } from './context-variable.js';

/** Waits for the running work, such as the client of a request. */
export interface Caller {
  /** Calls back once the caller has gone; the returned function removes the callback. */
  onGone(callback: () => void): () => void;
  /** Records that a write was committed: a later failure is no longer safe to repeat. */
  noteWrite(): void;
  /** Whether a write was committed on behalf of the caller. */
  readonly hasWritten: boolean;
}

const callers = new ContextVariable<Caller>();

/** Runs work on behalf of a caller: once the caller has gone, its statements are cancelled. */
export function onBehalfOf<T>(caller: Caller | undefined, work: () => T): T {
  return callers.run(caller, work);
}

/**
 * Runs work that continues even if the caller leaves, such as what follows a commit: none of it is
 * cancelled. Its writes still count as written for the caller.
 */
export function whoeverLeaves<T>(work: () => T): T {
  const caller = callers.get();
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

/** The caller of the running work; undefined if nobody or more than one waits for it. */
export function currentCaller(): Caller | undefined {
  return callers.get();
}

/**
 * Runs work shared by several callers in nobody's async context. Otherwise it would run in that of
 * the first caller, whose tenant, trace or disconnect does not concern the others.
 */
export const onBehalfOfNobody: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
