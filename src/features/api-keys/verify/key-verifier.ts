import { hash } from 'node:crypto';
import type { CacheLimits } from '../../../core/access/versioned-cache.js';
import { WatchedLookups } from '../../../core/access/watched-lookups.js';
import type { Counters } from '../../../core/database/counters.js';
import type { Database } from '../../../core/database/database.js';
import type { TokenReader } from '../token/token-reader.js';
import type { KeyLookup } from './key-lookup.js';
import type { KeyRefusal, VerifiedKey } from './verified-key.js';

/** How long valid and refused tokens are kept, by their digests. */
export const keyLimits: CacheLimits<VerifiedKey | KeyRefusal> = {
  isRefusal: (outcome) => typeof outcome === 'string',
  granted: 10_000,
  refused: 30_000,
  max: 10_000,
};

/** Verifies tokens: garbage without I/O, known tokens from the cache, all others once at a time. */
export class KeyVerifier {
  readonly #lookups: WatchedLookups<VerifiedKey | KeyRefusal>;

  constructor(
    database: Database,
    private readonly reader: TokenReader,
    private readonly lookup: KeyLookup,
    private readonly counters: Counters,
  ) {
    this.#lookups = new WatchedLookups(database, keyLimits);
  }

  async verify(token: unknown): Promise<VerifiedKey | KeyRefusal> {
    if (!this.reader.mayBeToken(token)) return 'malformed';
    if (!this.#lookups.mayShare) return (await this.#find(token)).outcome;
    const digest = tokenDigest(token);
    const known = this.#lookups.get(digest);
    if (known === undefined) {
      return ownCopy(await this.#lookups.find(digest, () => this.#find(token)));
    }
    this.counters.add('cached');
    return ownCopy(known);
  }

  /** The same without waiting; undefined if the token has to be looked up. */
  cached(token: unknown): VerifiedKey | KeyRefusal | undefined {
    if (!this.reader.mayBeToken(token)) return 'malformed';
    if (!this.#lookups.mayShare) return undefined;
    const known = this.#lookups.get(tokenDigest(token));
    if (known !== undefined) this.counters.add('cached');
    return known && ownCopy(known);
  }

  /** Honors nothing any more that was looked up before, or is being looked up. */
  forget(): void {
    this.#lookups.forget();
  }

  close(): void {
    this.#lookups.close();
  }

  #find(token: string) {
    return this.lookup.find(this.reader.recognize(token));
  }
}

function tokenDigest(token: string): string {
  return hash('sha256', token, 'base64');
}

/** Whoever changes what they get changes it for nobody else. */
function ownCopy(found: VerifiedKey | KeyRefusal): VerifiedKey | KeyRefusal {
  if (typeof found === 'string') return found;
  return { ...found, expiresAt: found.expiresAt && new Date(found.expiresAt) };
}
