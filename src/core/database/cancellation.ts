import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';
import type { Caller } from './caller.js';
import { sendCancelRequest } from './cancel-request.js';
import type { Counters } from './counters.js';

/** Cancels what a connection does for a caller, once the caller has gone. */
export class Cancellation {
  #sent: Promise<void> | undefined;
  readonly #forget: (() => void) | undefined;

  constructor(
    private readonly client: PoolClient,
    private readonly counters: Counters,
    caller: Caller | undefined,
  ) {
    this.#forget = caller?.onGone(() => {
      this.counters.add('cancels');
      this.#sent = sendCancelRequest(this.client);
    });
  }

  /** Refuses to begin what nobody waits for any more. */
  requireCaller(): void {
    if (this.#sent) throw problem('unavailable');
  }

  /** From now on nothing is cancelled, as once COMMIT has been sent. */
  end(): void {
    this.#forget?.();
  }

  /** Ends, and waits until a request that was sent can no longer meet a later statement. */
  async settle(): Promise<void> {
    this.end();
    await this.#sent;
  }

  get isSent(): boolean {
    return this.#sent !== undefined;
  }
}
