import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import { DatabaseError } from 'pg';
import type { ConnectionSettings } from '../data-source/limits.js';
import { isReadTimeout } from '../data-source/listened-client.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { currentCaller } from './caller.js';
import { Cancellation } from './cancellation.js';
import type { Counts } from './counters.js';
import { Counters } from './counters.js';
import { isWaitForPool, lossOf, ofConnection } from './connection-loss.js';
import type { LeaveLane } from './lane.js';
import { Lane } from './lane.js';
import { overloaded } from './overloaded.js';
import type { LaneSizes, Use } from '../data-source/lanes.js';
import { laneSizes } from '../data-source/lanes.js';

/** A request for a connection: its purpose and its rows. */
export interface Claim {
  readonly use: Use;
  /** Claims with equal keys wait for the same rows, and get only a share of their lane. */
  readonly key?: string | undefined;
}

/** The connections of one pool, lent out in lanes. */
export class Connections {
  readonly counters = new Counters([
    'cancels',
    'queryTimeouts',
    'lostConnections',
    'groups',
    'groupedTasks',
    'batches',
    'batchedReads',
    'cachedIds',
    'soughtIds',
  ]);
  readonly sizes: LaneSizes;
  readonly #lost = new WeakSet<object>();
  readonly #watched = new WeakSet<object>();
  readonly #lanes: Readonly<Record<Use, Lane>>;

  constructor(
    private readonly pool: Pool,
    { limits, lanes }: ConnectionSettings,
  ) {
    this.sizes = laneSizes(pool.options.max ?? 10, lanes);
    const laneOf = (use: Use) =>
      new Lane({
        size: this.sizes[use],
        sizePerKey: Math.max(1, Math.floor(this.sizes[use] / 2)),
        maxWaiting: limits.maxWaiting,
        maxWait: limits.acquire,
      });
    // The pool reports idle connections, and a lent one reports itself; a statement tells more.
    pool.on('error', (_, client) => this.#countOnce(client));
    pool.on('acquire', (client) => this.#watch(client));
    this.#lanes = {
      read: laneOf('read'),
      write: laneOf('write'),
      search: laneOf('search'),
      background: laneOf('background'),
    };
  }

  /** Takes a place in a lane, which has to be left again. */
  enter({ use, key }: Claim): LeaveLane | Promise<LeaveLane> {
    return this.#lanes[use].enter(key, currentCaller());
  }

  /** Whether a lane has a free place that nobody waits for. */
  hasRoom(use: Use): boolean {
    return this.#lanes[use].hasRoom;
  }

  /** Runs one statement on a connection of the pool. */
  async query(claim: Claim, config: QueryConfig): Promise<QueryResult> {
    const entered = this.enter(claim);
    const leave = typeof entered === 'function' ? entered : await entered;
    try {
      const client = await this.#connect();
      return await this.#queryOn(client, config);
    } finally {
      leave();
    }
  }

  /** How many are waiting, running, refused and cancelled. */
  counts(): Counts {
    const { totalCount, idleCount, waitingCount } = this.pool;
    const ofLanes = Object.entries(this.#lanes).flatMap(([use, lane]) => [
      [`${use}Running`, lane.running],
      [`${use}Waiting`, lane.waiting],
      [`${use}Waited`, lane.waited],
      [`${use}Refused`, lane.refused],
    ]);
    return {
      connections: totalCount,
      idleConnections: idleCount,
      waitingForPool: waitingCount,
      ...Object.fromEntries(ofLanes),
      ...this.counters.counts(),
    };
  }

  /** Other code may take connections without the lanes, so the pool itself can be empty. */
  async #connect(): Promise<PoolClient> {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw isWaitForPool(error) ? overloaded(error) : ofConnection(error, 'unsent');
    }
  }

  async #queryOn(client: PoolClient, config: QueryConfig): Promise<QueryResult> {
    const caller = currentCaller();
    const cancellation = caller && new Cancellation(client, this.counters, caller);
    try {
      const result = await client.query(config);
      if (cancellation) await cancellation.settle();
      client.release();
      return result;
    } catch (error) {
      if (cancellation) await cancellation.settle();
      this.#giveBack(client, ofConnection(error));
      throw error;
    }
  }

  /** Counts the loss of a connection once, if the error means one. */
  countLoss(error: unknown, client: object = {}): void {
    const cause = error instanceof DualIdError ? error.details.cause : error;
    if (lossOf(cause) === undefined) return;
    this.#countOnce(client);
    if (isReadTimeout(cause)) this.counters.add('queryTimeouts');
  }

  #watch(client: PoolClient): void {
    if (this.#watched.has(client)) return;
    this.#watched.add(client);
    client.once('error', () => this.#countOnce(client));
  }

  #countOnce(client: object): void {
    if (this.#lost.has(client)) return;
    this.#lost.add(client);
    this.counters.add('lostConnections');
  }

  /** Returns a connection on which a statement failed; one in an unknown state is dropped. */
  #giveBack(client: PoolClient, error: unknown): void {
    this.countLoss(error, client);
    const isUsable = error instanceof DatabaseError && lossOf(error) === undefined;
    client.release(isUsable ? undefined : true);
  }
}
