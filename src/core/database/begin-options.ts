import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import type { Cancellation } from './cancellation.js';
import type { Isolation } from './isolation.js';
import type { Settings } from './settings.js';

/** A running transaction: its connection, and its callbacks after commit. */
export interface Running {
  readonly runner: QueryRunner;
  readonly connection: PoolClient;
  readonly isolation: Isolation;
  readonly cancellation: Cancellation | undefined;
  readonly maxIdle: number;
  /** The stamp of a write that the running work asks for. */
  readonly stamp: (() => Settings | undefined) | undefined;
}

/** How a transaction begins; `Part` is the object through which statements run in it. */
export interface BeginOptions<Part> {
  readonly isolation?: Isolation | undefined;
  /** The data source's default isolation level. */
  readonly standard?: Isolation | undefined;
  readonly cancellable?: (connection: PoolClient) => Cancellation | undefined;
  /** The transaction, or part of one, in whose context this function's caller runs. */
  readonly current?: () => Part | undefined;
  /** As in `Turns`; 10 seconds by default. */
  readonly maxIdle?: number;
  readonly stamp?: (() => Settings | undefined) | undefined;
}
