import { AsyncLocalStorage } from 'node:async_hooks';
import { whoeverLeaves } from './caller.js';
import { expectNothing } from './expected-transaction.js';
import type { Settings } from './settings.js';
import type { Transaction } from './transaction.js';

/** What statements run in: a transaction, settings, limits, or several of them. */
export interface Scope {
  readonly transaction?: Transaction;
  readonly settings?: Settings;
  /** Milliseconds after which a statement is given up by the client. */
  readonly query?: number | undefined;
}

/** The scope of a statement that runs in nothing. */
export const noScope: Scope = {};

/** Runs work in nothing, on behalf of nobody who could leave. */
export function leaveScope<T>(scopes: AsyncLocalStorage<Scope>, work: () => T): T {
  return whoeverLeaves(() => expectNothing(() => scopes.exit(work)));
}

/**
 * Binds a callback to the async context of who asks for it, without the transaction that runs
 * there: it will have ended by the time of the call. Nothing of it is cancelled when the client has
 * left by then, for what it follows is done.
 */
export function boundOutside<T>(scopes: AsyncLocalStorage<Scope>, callback: () => T): () => T {
  const { settings, query } = scopes.getStore() ?? noScope;
  const scope = { ...(settings && { settings }), query };
  const isScoped = settings !== undefined || query !== undefined;
  const outside = () => (isScoped ? scopes.run(scope, callback) : scopes.exit(callback));
  return AsyncLocalStorage.bind(() => whoeverLeaves(() => expectNothing(outside)));
}
