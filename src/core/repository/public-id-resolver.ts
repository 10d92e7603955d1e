import type { EntityMetadata } from 'typeorm';
import { addressColumn } from '../entity/address.js';
import type { Database } from '../database/database.js';
import { typeOrmWrites } from '../database/typeorm-writes.js';
import { nameOf, tableOf } from '../view/select.js';
import { BoundedCache } from './bounded-cache.js';
import { Coalescer } from './coalescer.js';
import { KeyedStatement } from './keyed-statement.js';

/** How long an unknown address is remembered as unknown, in milliseconds, and how many are. */
const unknownFor = { milliseconds: 1_000, max: 10_000 };

/** How many pairs are kept, and for how long. */
export interface ResolverCache {
  readonly size: number;
  /** Other processes delete rows and move slugs; 0 keeps nothing. */
  readonly milliseconds: number;
}

/**
 * Resolves public ids and slugs to internal ids in batches. A pair is kept for seconds: long enough
 * for what is asked for often, short enough for what others change. What this process changes
 * through its repositories, or by statements that name the table, is forgotten at its commit,
 * everything once TypeORM has written itself, and everything once a connection is lost, because the server behind the next one may be another,
 * without the last writes of the first.
 * Inside a transaction or settings the cache is neither asked nor filled.
 */
export class PublicIdResolver {
  readonly #statement: KeyedStatement;
  readonly #known: BoundedCache<string>;
  readonly #unknown: BoundedCache<true>;
  readonly #coalescer: Coalescer<string>;
  /** Counts what was forgotten, so that an answer on its way is not remembered afterwards. */
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
    const mark = entity.deleteDateColumn;
    const alive = mark ? ` AND ${nameOf(mark)} IS NULL` : '';
    this.#statement = new KeyedStatement(
      database,
      (hasKey) => `SELECT ${uuid}, ${id} FROM ${tableOf(entity)} WHERE ${hasKey(uuid)}${alive}`,
    );
  }

  /** The internal ids of those public ids that exist. */
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

  /** Forgets every pair, where nobody can tell which ones a change has ended. */
  forgetAll(): void {
    this.#epoch += 1;
    this.#known.clear();
    this.#unknown.clear();
  }

  /** Forgets what is known of an address, once its row is gone, there or at another address. */
  forget(uuid: string): void {
    this.#epoch += 1;
    this.#known.delete(uuid);
    this.#unknown.delete(uuid);
  }

  async #one(uuid: string): Promise<string | undefined> {
    this.#noticeUpheavals();
    const known = this.#known.get(uuid);
    if (known !== undefined || this.#unknown.get(uuid)) return known;
    const epoch = this.#epoch;
    const id = await this.#coalescer.get(uuid);
    this.#noticeUpheavals();
    if (epoch !== this.#epoch) return id;
    if (id === undefined) this.#unknown.set(uuid, true);
    else this.#known.set(uuid, id);
    return id;
  }

  /** What TypeORM wrote itself, or the server of a lost connection forgot, names no row. */
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
