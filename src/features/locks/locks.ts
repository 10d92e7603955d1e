import { Inject, Injectable } from '@nestjs/common';
import type { Addressable } from '../../core/definition/address.js';
import type { Lease } from './leases.js';
import { Leases } from './leases.js';
import type { LockTarget } from './lock-order.js';
import type { LockWaitOptions } from './lock-wait.js';
import type { LockOptions } from './transaction-locks.js';
import { TransactionLocks } from './transaction-locks.js';

/** Keeps others out: for a transaction by locking entities, for longer by a lease. */
@Injectable()
export class Locks {
  constructor(
    @Inject(TransactionLocks) private readonly transactions: TransactionLocks,
    @Inject(Leases) private readonly leases: Leases,
  ) {}

  /**
   * Locks entities and runs work in the transaction that holds the locks, which joins a running
   * one. Callers may name entities in different orders; they are locked in the same order. A
   * missing entity is `not_found` or `gone`, one that is locked for too long is `locked`.
   */
  withTransactionLock<T, Entities extends readonly Addressable[]>(
    entities: readonly [...{ [K in keyof Entities]: LockTarget<Entities[K]> }],
    work: (locked: readonly LockTarget[]) => Promise<T>,
    options: LockOptions = {},
  ): Promise<T> {
    return this.transactions.hold(entities as readonly LockTarget[], work, options);
  }

  /**
   * Runs work while it holds the lease of a key, renewed in the background. `ttl`, in milliseconds
   * from 100 to a day, is how long others wait for a holder that vanished. Transactions of
   * `Database` inside carry the lease's token, and fenced tables refuse them once the lease has
   * expired. If that happens, or the signal was aborted, it fails with `lease_lost`.
   */
  withLease<T>(
    key: string,
    ttl: number,
    work: (lease: Lease) => Promise<T>,
    wait: LockWaitOptions = {},
  ): Promise<T> {
    return this.leases.hold({ key, ttl }, work, wait);
  }
}
