import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { expectedTransaction } from '../../core/database/expected-transaction.js';
import { problem } from '../../core/errors/problem.js';
import { leaseSetting } from './fence-function.js';
import type { LeaseName } from './lease-rows.js';
import { LeaseRows } from './lease-rows.js';
import { LeaseRenewal } from './lease-renewal.js';
import type { Patience } from './patience.js';
import { busy, requirePatience } from './patience.js';

/** A lease that is held. */
export interface Lease extends LeaseName {
  /** Aborted once the lease is lost; its reason is the error `lease_lost`. */
  readonly signal: AbortSignal;
}

/** Bounds of a lease's time, in milliseconds: renewal needs some, a timer cannot count more. */
const shortest = 100;
const longest = 86_400_000;
/** How long a waiting process sleeps between two looks, in milliseconds. */
const firstPause = 10;
const longestPause = 250;

/** Runs work under leases. */
@Injectable()
export class Leases {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LeaseRows) private readonly rows: LeaseRows,
  ) {}

  /** Runs work while a lease is held; the writes inside carry its token. */
  async hold<T>(
    { key, ttl }: { readonly key: string; readonly ttl: number },
    work: (lease: Lease) => Promise<T>,
    patience: Patience,
  ): Promise<T> {
    this.#requireUsable(key, ttl);
    requirePatience(patience);
    const { token, sentAt } = await this.#take(key, ttl, patience);
    const name = { key, token };
    const renewal = new LeaseRenewal(ttl, () => this.rows.renew(name, ttl));
    renewal.start(sentAt);
    const { signal } = renewal;
    const settings = { [leaseSetting]: `${token}:${key}` };
    let isHeld = false;
    let result: T;
    try {
      result = await this.database.withSettings(settings, () => work({ ...name, signal }));
    } finally {
      renewal.end();
      // One that cannot be released now is over when its time is.
      isHeld = await this.rows.release(name).catch(() => true);
    }
    if (signal.aborted || !isHeld) throw problem('lease_lost');
    return result;
  }

  /** The database has no queue for leases, so those who wait look again and again, out of step. */
  async #take(key: string, ttl: number, { mode, timeout = Infinity }: Patience) {
    const giveUpAt = mode === 'no-wait' ? 0 : performance.now() + timeout;
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      const sentAt = performance.now();
      const token = await this.rows.take(key, ttl);
      if (token !== undefined) return { token, sentAt };
      const left = giveUpAt - performance.now();
      if (left <= 0) throw busy();
      await sleep(Math.min(left, pause * (0.5 + Math.random() / 2)));
    }
  }

  #requireUsable(key: string, ttl: number): void {
    const refuse = (detail: string) => {
      throw problem('setup_refused', { detail });
    };
    if (this.database.inTransaction || expectedTransaction() !== undefined) {
      refuse(
        'withLease was called inside a transaction, such as that of an @Idempotent() route; take the lease first, around such a route in an interceptor outside of @Idempotent().',
      );
    }
    if (key.length === 0 || key.length > 255 || key.includes('\0')) {
      refuse('The key of a lease is not 1 to 255 characters long.');
    }
    if (!Number.isInteger(ttl) || ttl < shortest || ttl > longest) {
      refuse(`The ttl of a lease is ${ttl}, not a whole number from ${shortest} to ${longest} ms.`);
    }
  }
}
