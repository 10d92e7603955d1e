import type { Use } from '../data-source/lanes.js';
import type { Isolation } from './isolation.js';

/** How a transaction runs. */
export interface TransactionOptions {
  readonly isolation?: Isolation | undefined;
  /**
   * Names the rows the work waits for, for example by a public id. Transactions with equal keys
   * hold half of the connections for writes at most, so that others get through beside them.
   */
  readonly key?: string | undefined;
  /** Which lane of the pool it takes; `write` by default. */
  readonly use?: Use | undefined;
}
