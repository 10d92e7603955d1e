import { onBehalfOfNobody } from '../database/caller.js';
import type { Database } from '../database/database.js';
import type { CacheLimits, VersionedOutcome } from './versioned-cache.js';
import { VersionedCache } from './versioned-cache.js';
import type { VersionWatch } from './version-watch.js';
import { versionWatchOf } from './version-watch.js';

/**
 * Lookups of keys and rights, one at a time for each key, whose outcomes are kept until something
 * changes anywhere: the version is looked at while anything is kept.
 */
export class WatchedLookups<V> {
  readonly #cache: VersionedCache<V>;
  readonly #watch: VersionWatch;
  #isClosed = false;
  readonly #see = (version: bigint) => this.#cache.see(version);

  constructor(
    private readonly database: Database,
    private readonly limits: CacheLimits<V>,
  ) {
    this.#cache = new VersionedCache(limits);
    this.#watch = versionWatchOf(database);
    this.#watch.follow(this.#see);
  }

  /**
   * Whether outcomes may be shared. A transaction sees its own changes, which nobody else may be
   * told of yet.
   */
  get mayShare(): boolean {
    return this.database.mayShare && !this.#isClosed;
  }

  /** The outcome that is kept; never one inside a transaction. */
  get(key: string): V | undefined {
    return this.mayShare ? this.#cache.get(key) : undefined;
  }

  /** Looks up what is not kept, or joins whoever does so already. */
  async find(key: string, look: () => Promise<VersionedOutcome<V>>): Promise<V> {
    if (!this.mayShare) return (await look()).outcome;
    const { flights } = this.#cache;
    const running = flights.get(key);
    if (running) return running;
    // It outlives the request that began it, for others wait for it too.
    const flight = onBehalfOfNobody(() => this.#fly(key, look)).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  /** Honors nothing any more that was looked up before, or is being looked up. */
  forget(): void {
    this.#cache.clear();
  }

  close(): void {
    this.#isClosed = true;
    this.#watch.unfollow(this.#see);
    this.forget();
  }

  async #fly(key: string, look: () => Promise<VersionedOutcome<V>>): Promise<V> {
    const asked = { sentAt: performance.now(), flights: this.#cache.flights };
    const found = await look();
    this.#cache.keep(key, found, asked);
    this.#watch.watchFor(Math.max(this.limits.granted, this.limits.refused));
    return found.outcome;
  }
}
