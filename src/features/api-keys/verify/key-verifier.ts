import type { CacheLimits, VersionedOutcome } from '../../../core/access/versioned-cache.js';
import { WatchedLookups } from '../../../core/access/watched-lookups.js';
import type { Counters } from '../../../core/database/counters.js';
import type { Database } from '../../../core/database/database.js';
import type { TokenReader } from '../token/token-reader.js';
import type { KeyLookup } from './key-lookup.js';
import type { KeptKey, KeyRefusal } from './verified-key.js';
import { keptKey } from './verified-key.js';

/** How long valid and refused tokens are kept. */
export const keyLimits: CacheLimits<KeptKey | KeyRefusal> = {
  isRefusal: (outcome) => typeof outcome === 'string',
  granted: 10_000,
  refused: 30_000,
  max: 10_000,
};

/**
 * Verifies tokens: garbage without I/O, known tokens from the cache, all others once at a time.
 *
 * The cache finds a token by its text, because a digest for each request costs more than all the
 * rest. Times tell nothing of a text that is kept: a map compares it only with one whose hash under
 * the random seed of the process is the same. Whoever reads the memory of the process finds the
 * tokens of the last seconds, but they find them in its requests and the peppers besides.
 */
export class KeyVerifier {
  readonly #lookups: WatchedLookups<KeptKey | KeyRefusal>;

  constructor(
    database: Database,
    private readonly reader: TokenReader,
    private readonly lookup: KeyLookup,
    private readonly counters: Counters,
  ) {
    this.#lookups = new WatchedLookups(database, keyLimits);
  }

  /** What is known of a token; undefined if it has to be looked up. */
  kept(token: string): KeptKey | KeyRefusal | undefined {
    const known = this.#lookups.get(token);
    if (known !== undefined) this.counters.add('cached');
    return known;
  }

  /** Verifies a token of which nothing is known. */
  async find(token: unknown): Promise<KeptKey | KeyRefusal> {
    if (!this.reader.mayBeToken(token)) return 'malformed';
    // A part of a header would keep the whole header in memory.
    const own = Buffer.from(token, 'utf16le').toString('utf16le');
    return this.#lookups.find(own, () => this.#look(own));
  }

  /** Honors nothing any more that was looked up before, or is being looked up. */
  forget(): void {
    this.#lookups.forget();
  }

  close(): void {
    this.#lookups.close();
  }

  async #look(token: string): Promise<VersionedOutcome<KeptKey | KeyRefusal>> {
    const found = await this.lookup.find(this.reader.recognize(token));
    const { outcome } = found;
    return { ...found, outcome: typeof outcome === 'string' ? outcome : keptKey(outcome) };
  }
}
