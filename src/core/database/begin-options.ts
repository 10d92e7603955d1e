import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { Cancellation } from './cancellation.js';
import type { Isolation } from './isolation.js';
import type { Transaction } from './transaction.js';

/** A running transaction: its connection, and what happens once it is committed. */
export interface Running {
  readonly runner: QueryRunner;
  readonly connection: PoolClient;
  readonly isolation: Isolation;
  readonly cancellation: Cancellation | undefined;
  readonly maxIdle: number;
}

/** How a transaction begins. */
export interface BeginOptions {
  readonly isolation?: Isolation | undefined;
  /** What the data source runs transactions at that ask for nothing. */
  readonly standard?: Isolation | undefined;
  readonly cancellable?: (connection: PoolClient) => Cancellation | undefined;
  /** The transaction, or part of one, in whose context the caller of this function runs. */
  readonly current?: () => Transaction | undefined;
  /** As in `Turns`; 10 seconds by default. */
  readonly maxIdle?: number;
}
