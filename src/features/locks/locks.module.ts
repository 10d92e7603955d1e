import { Global, Module } from '@nestjs/common';
import { featureCheck } from '../../core/module/feature-check.js';
import { LeaseRows } from './lease-rows.js';
import { Leases } from './leases.js';
import { Locks } from './locks.js';
import { TransactionLocks } from './transaction-locks.js';

const LocksCheck = featureCheck({
  module: 'LocksModule',
  tables: ['leases'],
  install: 'installLocks',
  grant: 'grantLocks',
});

/** Makes `Locks` injectable in the whole application. */
@Global()
@Module({ providers: [LeaseRows, Leases, TransactionLocks, Locks, LocksCheck], exports: [Locks] })
export class LocksModule {}
