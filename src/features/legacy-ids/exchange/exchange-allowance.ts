import { BoundedCache } from '../../../core/cache/bounded-cache.js';
import { problem } from '../../../core/errors/problem.js';

/** For how many callers, and milliseconds, numbers are minuteCounts. */
const minuteCounts = { max: 10_000, milliseconds: 60_000 };

interface Spent {
  numbers: number;
  readonly until: number;
}

/** Limits how many numbers each caller exchanges in a minute. */
export class ExchangeAllowance {
  readonly #spent = new BoundedCache<Spent>(minuteCounts.max, minuteCounts.milliseconds);

  constructor(private readonly max: number) {}

  /** Counts numbers of a caller; throws `too_many_requests` if they are more than are left. */
  spend(caller: string, numbers: number): void {
    const spent = this.#spent.get(caller) ?? this.#begin(caller);
    if (spent.numbers + numbers > this.max) {
      const seconds = Math.ceil((spent.until - performance.now()) / 1_000);
      throw problem('too_many_requests', { retryAfter: Math.max(1, seconds) });
    }
    spent.numbers += numbers;
  }

  #begin(caller: string): Spent {
    const spent = { numbers: 0, until: performance.now() + minuteCounts.milliseconds };
    this.#spent.set(caller, spent);
    return spent;
  }
}
