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
