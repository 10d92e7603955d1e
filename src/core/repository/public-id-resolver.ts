import type { EntityMetadata } from 'typeorm';
import type { Database } from '../database/database.js';
import { typeOrmWrites } from '../database/typeorm-writes.js';
import { addressColumn } from '../definition/address.js';
import { BoundedCache } from '../cache/bounded-cache.js';
import { Coalescer } from '../reading/coalescer.js';
import { KeyedStatement } from '../reading/keyed-statement.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';

/** How long an unknown address is remembered as unknown, in milliseconds, and how many of them. */
const unknownFor = { milliseconds: 1_000, max: 10_000 };

/** How many pairs are kept, and for how long. */
export interface ResolverCache {
  readonly size: number;
  /** Other processes delete rows and move slugs; 0 disables the cache. */
  readonly milliseconds: number;
}

/**
 * Resolves public ids and slugs to internal ids in batches. A pair is kept for seconds: long enough
 * for frequent lookups, short enough for changes by other processes. Pairs changed by this process,
 * through its repositories or by statements that name the table, are forgotten at commit; all of
 * them after a write by TypeORM itself, and after the loss of a connection, because the server
 * behind the next one may be another, without the last writes of the first. Inside a transaction or
 * settings the cache is neither read nor filled.
 */
export class PublicIdResolver {
  readonly #statement: KeyedStatement;
  readonly #known: BoundedCache<string>;
  readonly #unknown: BoundedCache<true>;
  readonly #coalescer: Coalescer<string>;
  /** Counts invalidations, so that a result still in flight is not cached afterwards. */
  #epoch = 0;
  #upheavals = 0;

  constructor(
    private readonly database: Database,
    private readonly entity: EntityMetadata,
    { size, milliseconds }: ResolverCache,
  ) {
    this.#known = new BoundedCache(size, milliseconds);
    const unknown = Math.min(unknownFor.milliseconds, milliseconds);
    this.#unknown = new BoundedCache(unknownFor.max, unknown);
    this.#coalescer = new Coalescer(database, (uuids) => this.#load(uuids));
    const uuid = nameOf(addressColumn(entity)!);
    const id = nameOf(entity.primaryColumns[0]!);
    const alive = andAlive(entity);
    this.#statement = new KeyedStatement(
      database,
      (hasKey) => `SELECT ${uuid}, ${id} FROM ${tableOf(entity)} WHERE ${hasKey(uuid)}${alive}`,
    );
  }

  /** The internal ids of the public ids that exist. */
  async resolve(uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(uuids)];
    if (!this.database.mayShare) return this.#load(wanted);
    const pairs = await Promise.all(
      wanted.map(async (uuid) => [uuid, await this.#one(uuid)] as const),
    );
    return new Map(
      pairs.filter((pair): pair is readonly [string, string] => pair[1] !== undefined),
    );
  }

  /** Forgets every pair, when it is unknown which ones a change invalidated. */
  forgetAll(): void {
    this.#epoch += 1;
    this.#known.clear();
    this.#unknown.clear();
  }

  /** Forgets an address whose row was deleted, created or moved. */
  forget(uuid: string): void {
    this.#epoch += 1;
    this.#known.delete(uuid);
    this.#unknown.delete(uuid);
  }

  async #one(uuid: string): Promise<string | undefined> {
    this.#noticeUpheavals();
    const known = this.#known.get(uuid);
    const isKept = known !== undefined || this.#unknown.get(uuid) === true;
    this.database.counters.add(isKept ? 'cachedIds' : 'soughtIds');
    if (isKept) return known;
    const epoch = this.#epoch;
    const id = await this.#coalescer.get(uuid);
    this.#noticeUpheavals();
    if (epoch !== this.#epoch) return id;
    if (id === undefined) this.#unknown.set(uuid, true);
    else this.#known.set(uuid, id);
    return id;
  }

  /** Forgets everything after a write by TypeORM itself or the loss of a connection. */
  #noticeUpheavals(): void {
    const losses = this.database.counters.of('lostConnections');
    const upheavals = losses + typeOrmWrites(this.entity.dataSource);
    if (upheavals === this.#upheavals) return;
    this.#upheavals = upheavals;
    this.forgetAll();
  }

  async #load(uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#statement.rows(uuids);
    return new Map(rows.map(([uuid, id]) => [uuid as string, String(id)]));
  }
}
