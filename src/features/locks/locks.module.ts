import { Global, Module } from '@nestjs/common';
import { LeaseRows } from './lease-rows.js';
import { Leases } from './leases.js';
import { Locks } from './locks.js';
import { TransactionLocks } from './transaction-locks.js';

/** Makes `Locks` injectable in the whole application. */
@Global()
@Module({ providers: [LeaseRows, Leases, TransactionLocks, Locks], exports: [Locks] })
export class LocksModule {}
