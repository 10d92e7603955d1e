import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../../core/errors/problem.js';

/** When a statement was sent, in milliseconds on the monotonic clock. */
type Milliseconds = number;

/** Renews a lease, and returns whether it was still held. */
export type Renew = () => Promise<boolean>;

/**
 * Keeps a lease while work runs under it. The signal is aborted if the lease is lost or could not
 * be renewed in time: the process counts from when it sent a statement, the database from when it
 * ran, so that the process gives up first.
 */
export class LeaseRenewal {
  readonly #lost = new AbortController();
  readonly #ended = new AbortController();
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    private readonly ttl: number,
    private readonly renew: Renew,
  ) {}

  /** Aborted, with `lease_lost` as its reason, once it is not certain that the lease is held. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** Starts renewing a lease that was requested at this time. */
  start(sentAt: Milliseconds): void {
    this.#extend(sentAt);
    void this.#keep();
  }

  /** Stops renewing, at the end of the work. */
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

  /**
   * Returns false if the database could not be reached; this is retried until the lease expires.
   */
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

  /** True after the pause, false if there is nothing left to renew. */
  async #paused(milliseconds: number): Promise<boolean> {
    try {
      // Running work keeps the process alive; its renewal alone does not.
      await sleep(milliseconds, undefined, { signal: this.#ended.signal, ref: false });
      return !this.#ended.signal.aborted;
    } catch {
      return false;
    }
  }

  #extend(sentAt: Milliseconds): void {
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
