import type { EntityMetadata } from 'typeorm';
import { addressColumn } from '../entity/address.js';
import type { Database } from '../database/database.js';
import { nameOf, tableOf } from '../view/select.js';
import { BoundedCache } from './bounded-cache.js';
import { Coalescer } from './coalescer.js';
import { KeyedStatement } from './keyed-statement.js';

/** How long an unknown public id is remembered as unknown, in milliseconds, and how many are. */
const unknownFor = { milliseconds: 1_000, most: 10_000 };
/** How long a known one is kept; other processes may delete its row. */
const knownForMilliseconds = 60_000;

/**
 * Resolves public ids to internal ones in batches. The pair never changes, so it is cached; only
 * a delete ends it. Inside a transaction or settings the cache is neither asked nor filled.
 */
export class PublicIdResolver {
  readonly #statement: KeyedStatement;
  readonly #known: BoundedCache<string>;
  readonly #unknown = new BoundedCache<true>(unknownFor.most, unknownFor.milliseconds);
  readonly #coalescer = new Coalescer<string>((uuids) => this.#load(uuids));
  /** Counts what was forgotten, so that an answer on its way is not remembered afterwards. */
  #epoch = 0;

  constructor(
    private readonly database: Database,
    entity: EntityMetadata,
    size: number,
  ) {
    this.#known = new BoundedCache(size, knownForMilliseconds);
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

  /** Forgets what is known of a public id, once its row is gone or there. */
  forget(uuid: string): void {
    this.#epoch += 1;
    this.#known.delete(uuid);
    this.#unknown.delete(uuid);
  }

  async #one(uuid: string): Promise<string | undefined> {
    const known = this.#known.get(uuid);
    if (known !== undefined || this.#unknown.get(uuid)) return known;
    const epoch = this.#epoch;
    const id = await this.#coalescer.get(uuid);
    if (epoch !== this.#epoch) return id;
    if (id === undefined) this.#unknown.set(uuid, true);
    else this.#known.set(uuid, id);
    return id;
  }

  async #load(uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#statement.rows(uuids);
    return new Map(rows.map(([uuid, id]) => [uuid as string, String(id)]));
  }
}
