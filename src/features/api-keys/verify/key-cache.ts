import { BoundedCache } from '../../../core/reading/bounded-cache.js';
import type { LookedUp } from './key-lookup.js';
import type { KeyRefusal, VerifiedKey } from './verified-key.js';

/** The maximum time for which a key is honored without asking the database, in milliseconds. */
const validMilliseconds = 10_000;
export const refusedMilliseconds = 30_000;
const maxEntries = 10_000;

/** Lookups under way, by digest. */
export type Flights = Map<string, Promise<VerifiedKey | KeyRefusal>>;

interface ValidEntry {
  readonly key: VerifiedKey;
  readonly until: number;
}

/**
 * What was looked up of tokens, by their digests. Valid and refused tokens have separate places, so
 * that a flood of unknown ones displaces no valid one. Everything is dropped once the version of
 * the keys is another one.
 */
export class KeyCache {
  readonly #valid = new BoundedCache<ValidEntry>(maxEntries, validMilliseconds);
  readonly #refused = new BoundedCache<KeyRefusal>(maxEntries, refusedMilliseconds);
  #version = -1n;
  #flights: Flights = new Map();

  /**
   * The lookups under way, by digest. There is another map whenever everything is dropped: nobody
   * joins an earlier lookup, and what it finds is not kept.
   */
  get flights(): Flights {
    return this.#flights;
  }

  get(digest: string): VerifiedKey | KeyRefusal | undefined {
    const entry = this.#valid.get(digest);
    if (entry && entry.until > performance.now()) return entry.key;
    return this.#refused.get(digest);
  }

  /** Keeps what was looked up by a statement sent at a time, among the lookups of then. */
  keep(
    digest: string,
    { outcome, left, version }: LookedUp,
    { sentAt, flights }: { readonly sentAt: number; readonly flights: Flights },
  ): void {
    if (flights !== this.#flights) return;
    if (version > this.#version) this.#begin(version);
    if (version < this.#version) return;
    if (typeof outcome === 'string') return this.#refused.set(digest, outcome);
    this.#valid.set(digest, { key: outcome, until: sentAt + Math.min(validMilliseconds, left) });
  }

  /** Takes note of the version that the keys have now; a restored database may have a lower one. */
  see(version: bigint): void {
    if (version !== this.#version) this.#begin(version);
  }

  clear(): void {
    this.#flights = new Map();
    this.#valid.clear();
    this.#refused.clear();
  }

  #begin(version: bigint): void {
    this.#version = version;
    this.clear();
  }
}
