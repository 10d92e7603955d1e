import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';
import type { Caller } from './caller.js';
import { sendCancelRequest } from '../data-source/cancel-request.js';
import type { Counters } from './counters.js';

/** Milliseconds until a cancel request is repeated; doubled each time. */
const firstCancelPause = 100;

/**
 * Cancels what a connection does for a caller, once the caller has gone. A request may overtake the
 * statement it is meant for, so it is repeated until the statement has ended.
 */
export class Cancellation {
  readonly #ended = new AbortController();
  readonly #forget: () => void;
  #cancelling: Promise<void> | undefined;

  constructor(
    private readonly client: PoolClient,
    private readonly counters: Counters,
    caller: Caller,
  ) {
    this.#forget = caller.onGone(() => {
      if (this.#ended.signal.aborted) return;
      this.counters.add('cancels');
      this.#cancelling = this.#cancel();
    });
  }

  /** Refuses to begin work that nobody waits for any more. */
  requireCaller(): void {
    if (this.#cancelling) throw problem('unavailable');
  }

  /** Stops cancelling from now on, such as once COMMIT has been sent. */
  end(): void {
    this.#forget();
    this.#ended.abort();
  }

  /** Ends, and waits until a request already sent can no longer hit a later statement. */
  async settle(): Promise<void> {
    this.end();
    await this.#cancelling;
  }

  async #cancel(): Promise<void> {
    const { signal } = this.#ended;
    for (let pause = firstCancelPause; !signal.aborted; pause *= 2) {
      await sendCancelRequest(this.client);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
