import { BoundedCache } from '../cache/bounded-cache.js';

/** What a lookup has found, at a version of keys and rights. */
export interface VersionedOutcome<V> {
  readonly outcome: V;
  /** Milliseconds for which the outcome holds by the database's clock; infinite if it does not end. */
  readonly left: number;
  /** The version at the moment of the read. */
  readonly version: bigint;
}

/** What is kept, and for how long. */
export interface CacheLimits<V> {
  /** Whether an outcome is a refusal. */
  readonly isRefusal: (outcome: V) => boolean;
  /** The maximum time in milliseconds for which a grant is honored without asking the database. */
  readonly granted: number;
  /** The same for a refusal. */
  readonly refused: number;
  /** The maximum number of grants, and of refusals. */
  readonly max: number;
}

/** Lookups under way, by key. */
export type Flights<V> = Map<string, Promise<V>>;

/**
 * Outcomes of lookups. Grants and refusals have separate places, so that a flood of refusals
 * displaces no grant. Everything is dropped once the version of keys and rights is another one.
 */
export class VersionedCache<V> {
  readonly #granted: BoundedCache<V>;
  readonly #refused: BoundedCache<V>;
  #version = -1n;
  #flights: Flights<V> = new Map();

  constructor(private readonly limits: CacheLimits<V>) {
    this.#granted = new BoundedCache(limits.max, limits.granted);
    this.#refused = new BoundedCache(limits.max, limits.refused);
  }

  /**
   * The lookups under way. There is another map whenever everything is dropped: nobody joins an
   * earlier lookup, and what it finds is not kept.
   */
  get flights(): Flights<V> {
    return this.#flights;
  }

  get(key: string): V | undefined {
    return this.#granted.get(key) ?? this.#refused.get(key);
  }

  /** Keeps what was found by a statement sent at a time, among the lookups of then. */
  keep(
    key: string,
    { outcome, left, version }: VersionedOutcome<V>,
    { sentAt, flights }: { readonly sentAt: number; readonly flights: Flights<V> },
  ): void {
    if (flights !== this.#flights) return;
    if (version > this.#version) this.#begin(version);
    if (version < this.#version) return;
    const { isRefusal, granted } = this.limits;
    if (isRefusal(outcome)) return this.#refused.set(key, outcome);
    this.#granted.set(key, outcome, sentAt + Math.min(granted, left));
  }

  /** Takes note of the version of now; a restored database may have a lower one. */
  see(version: bigint): void {
    if (version !== this.#version) this.#begin(version);
  }

  clear(): void {
    this.#flights = new Map();
    this.#granted.clear();
    this.#refused.clear();
  }

  #begin(version: bigint): void {
    this.#version = version;
    this.clear();
  }
}
