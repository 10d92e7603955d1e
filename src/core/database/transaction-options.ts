import type { Use } from '../data-source/lanes.js';
import type { Isolation } from './isolation.js';

/** How a transaction runs. */
export interface TransactionOptions {
  readonly isolation?: Isolation | undefined;
  /**
   * Identifies the rows the work waits for, for example by a public id. Transactions with equal
   * keys hold at most half of the connections for writes, so that others still get through.
   */
  readonly key?: string | undefined;
  /** The lane of the pool it takes; `write` by default. */
  readonly use?: Use | undefined;
}
