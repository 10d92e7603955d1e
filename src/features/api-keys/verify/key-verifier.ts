import { hash } from 'node:crypto';
import { onBehalfOfNobody } from '../../../core/database/caller.js';
import type { Counters } from '../../../core/database/counters.js';
import type { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';
import type { TokenReader } from '../token/token-reader.js';
import { KeyCache, refusedMilliseconds } from './key-cache.js';
import type { KeyLookup } from './key-lookup.js';
import type { KeyRefusal, VerifiedKey } from './verified-key.js';
import { VersionWatch } from './version-watch.js';

/** Verifies tokens: garbage without I/O, known tokens from the cache, all others once at a time. */
export class KeyVerifier {
  readonly #cache = new KeyCache();
  readonly #watch: VersionWatch;

  constructor(
    private readonly database: Database,
    private readonly reader: TokenReader,
    private readonly lookup: KeyLookup,
    private readonly counters: Counters,
  ) {
    this.#watch = new VersionWatch(() => this.#look());
  }

  async verify(token: unknown): Promise<VerifiedKey | KeyRefusal> {
    if (!this.reader.mayBeToken(token)) return 'malformed';
    // A transaction sees its own changes, which nobody else may be told of yet.
    if (!this.database.mayShare || this.#watch.isStopped) return (await this.#find(token)).outcome;
    const digest = hash('sha256', token, 'base64');
    const known = this.#cache.get(digest);
    if (known === undefined) return ownCopy(await this.#share(digest, token));
    this.counters.add('cached');
    return ownCopy(known);
  }

  /** Honors nothing any more that was looked up before, or is being looked up. */
  forget(): void {
    this.#cache.clear();
  }

  close(): void {
    this.#watch.stop();
    this.forget();
  }

  #share(digest: string, token: string): Promise<VerifiedKey | KeyRefusal> {
    const { flights } = this.#cache;
    const running = flights.get(digest);
    if (running) return running;
    // It outlives the request that began it, for others wait for it too.
    const flight = onBehalfOfNobody(() => this.#fly(digest, token)).finally(() =>
      flights.delete(digest),
    );
    flights.set(digest, flight);
    return flight;
  }

  async #fly(digest: string, token: string): Promise<VerifiedKey | KeyRefusal> {
    const asked = { sentAt: performance.now(), flights: this.#cache.flights };
    const found = await this.#find(token);
    this.#cache.keep(digest, found, asked);
    this.#watch.watchFor(refusedMilliseconds);
    return found.outcome;
  }

  #find(token: string) {
    return this.lookup.find(this.reader.recognize(token));
  }

  async #look(): Promise<void> {
    const [row] = await this.database.rows(readVersion);
    this.#cache.see(BigInt((row?.[0] as string | undefined) ?? 0));
  }
}

/** Whoever changes what they get changes it for nobody else. */
function ownCopy(found: VerifiedKey | KeyRefusal): VerifiedKey | KeyRefusal {
  if (typeof found === 'string') return found;
  return { ...found, expiresAt: found.expiresAt && new Date(found.expiresAt) };
}

const readVersion = statement('SELECT version::text FROM dual_id.access_version', 'background');
