export { LeaseToken } from './lease-token.js';
export type { FencingToken } from './lease-token.js';
export type { Lease } from './leases.js';
export type { LockTarget } from './lock-order.js';
export { Locks } from './locks.js';
export { LocksModule } from './locks.module.js';
export {
  addFencing,
  grantLocks,
  installLocks,
  removeFencing,
  uninstallLocks,
} from './locks.schema.js';
export type { FencedTable } from './locks.schema.js';
export type { LockWaitOptions } from './lock-wait.js';
export type { LockOptions } from './transaction-locks.js';
