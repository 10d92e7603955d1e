import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../core/errors/problem.js';

/** When a statement was sent, on the clock that nobody sets; in milliseconds. */
type Instant = number;

/** Renews a lease, and says whether it was still held. */
export type Renew = () => Promise<boolean>;

/**
 * Keeps a lease while work runs under it. The signal is aborted when the lease is lost or could
 * not be renewed in time: the process counts from when it sent a statement, the database from when
 * it ran, so that the process gives up first.
 */
export class LeaseRenewal {
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    private readonly ttl: number,
    private readonly renew: Renew,
  ) {}

  /** Aborted, with `lease_lost` as its reason, once nobody can say that the lease is held. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Begins to renew a lease whose taking was sent at this time. */
  start(sentAt: Instant): void {
    this.#extend(sentAt);
    void this.#keep();
  }

  /** Ends renewing, at the end of the work. */
  end(): void {
    clearTimeout(this.#expiry);
    this.#ended.abort();
  }

  async #keep(): Promise<void> {
    let pause = this.ttl / 3;
    while (await this.#paused(pause)) {
      pause = (await this.#renewOnce()) ? this.ttl / 3 : this.ttl / 10;
    }
  }

  /** False when the database could not be asked, which is tried again until the lease is over. */
  async #renewOnce(): Promise<boolean> {
    const sentAt = performance.now();
    try {
      if (await this.renew()) this.#extend(sentAt);
      else this.#lose();
      return true;
    } catch {
      return false;
    }
  }

  /** True after the pause, false when there is nothing to renew any more. */
  async #paused(milliseconds: number): Promise<boolean> {
    try {
      // Work that goes on keeps the process; its renewal alone does not.
      await sleep(milliseconds, undefined, { signal: this.#ended.signal, ref: false });
      return !this.#ended.signal.aborted;
    } catch {
      return false;
    }
  }

  #extend(sentAt: Instant): void {
    if (this.#ended.signal.aborted) return;
    clearTimeout(this.#expiry);
    const left = sentAt + this.ttl - performance.now();
    this.#expiry = setTimeout(() => this.#lose(), Math.max(0, left));
    this.#expiry.unref();
  }

  #lose(): void {
    if (this.#ended.signal.aborted) return;
    this.end();
    this.#lost.abort(problem('lease_lost'));
  }
}
