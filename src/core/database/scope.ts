import { AsyncLocalStorage } from 'node:async_hooks';
import { whoeverLeaves } from './caller.js';
import type { ContextVariable } from './context-variable.js';
import { expectNothing } from './expected-transaction.js';
import type { Settings } from './settings.js';
import type { Transaction } from './transaction.js';

/** What statements run in: a transaction, settings, limits, or several of them. */
export interface StatementScope {
  readonly transaction?: Transaction;
  readonly settings?: Settings;
  /** Milliseconds after which the client abandons a statement. */
  readonly query?: number | undefined;
}

/** The scope of a statement outside everything. */
export const noScope: StatementScope = {};

/** Runs work outside everything, on behalf of no caller that could leave. */
export function leaveScope<T>(scopes: ContextVariable<StatementScope>, work: () => T): T {
  return whoeverLeaves(() => expectNothing(() => scopes.run(undefined, work)));
}

/**
 * Binds a callback to the caller's async context, without the transaction running there: it will
 * have ended by the time of the call. Nothing in the callback is cancelled if the client has left
 * by then, because the work it follows is done.
 */
export function boundOutside<T>(
  scopes: ContextVariable<StatementScope>,
  callback: () => T,
): () => T {
  const { settings, query } = scopes.get() ?? noScope;
  const scope = { ...(settings && { settings }), query };
  const isScoped = settings !== undefined || query !== undefined;
  const outside = () => scopes.run(isScoped ? scope : undefined, callback);
  return AsyncLocalStorage.bind(() => whoeverLeaves(() => expectNothing(outside)));
}
