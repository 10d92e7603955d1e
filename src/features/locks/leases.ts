import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { expectedTransaction } from '../../core/database/expected-transaction.js';
import { problem } from '../../core/errors/problem.js';
import { jittered } from '../../core/pause/jittered.js';
import { leaseSetting } from './fence-function.js';
import type { LeaseName } from './lease-rows.js';
import { LeaseRows } from './lease-rows.js';
import { LeaseRenewal } from './lease-renewal.js';
import type { LockWaitOptions } from './lock-wait.js';
import { lockedError, requireWaitTime } from './lock-wait.js';

/** A lease that is held. */
export interface Lease extends LeaseName {
  /** Aborted once the lease is lost; its reason is the error `lease_lost`. */
  readonly signal: AbortSignal;
}

/**
 * The limits of a lease's duration, in milliseconds: renewal needs some, and a timer has a maximum.
 */
const minTtl = 100;
const maxTtl = 86_400_000;
/** How long a waiting process sleeps between two attempts, in milliseconds. */
const firstLeasePause = 10;
const maxLeasePause = 250;

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
    wait: LockWaitOptions,
  ): Promise<T> {
    this.#requireUsable(key, ttl);
    requireWaitTime(wait);
    const { token, sentAt } = await this.#take(key, ttl, wait);
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
      // A lease that cannot be released now expires on its own.
      isHeld = await this.rows.release(name).catch(() => true);
    }
    if (signal.aborted || !isHeld) throw problem('lease_lost');
    return result;
  }

  /** The database has no queue for leases, so waiting processes poll at random intervals. */
  async #take(key: string, ttl: number, { mode, timeout = Infinity }: LockWaitOptions) {
    const giveUpAt = mode === 'no-wait' ? 0 : performance.now() + timeout;
    for (let pause = firstLeasePause; ; pause = Math.min(pause * 2, maxLeasePause)) {
      const sentAt = performance.now();
      const token = await this.rows.take(key, ttl);
      if (token !== undefined) return { token, sentAt };
      const left = giveUpAt - performance.now();
      if (left <= 0) throw lockedError();
      await sleep(Math.min(left, jittered(pause)));
    }
  }

  #requireUsable(key: string, ttl: number): void {
    const refuse = (detail: string) => {
      throw problem('misuse', { detail });
    };
    if (this.database.inTransaction || expectedTransaction() !== undefined) {
      refuse(
        'withLease was called inside a transaction, such as that of an @Idempotent() route; take the lease first, for such a route in an interceptor outside of @Idempotent().',
      );
    }
    if (key.length === 0 || key.length > 255 || key.includes('\0')) {
      refuse('The key of a lease is not 1 to 255 characters long.');
    }
    if (!Number.isInteger(ttl) || ttl < minTtl || ttl > maxTtl) {
      refuse(`The ttl of a lease is ${ttl}, not a whole number from ${minTtl} to ${maxTtl} ms.`);
    }
  }
}
