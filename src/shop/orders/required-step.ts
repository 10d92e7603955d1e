import { currentPrincipal, mayUse, problem } from 'nest-dual-id';
import type { OrderStatus } from './order-status.js';
import { stepPermissions } from './order-status.js';

/** Refuses callers who may move orders, but not to this status. */
export function requireStep(status: OrderStatus): void {
  const principal = currentPrincipal();
  if (!principal || status === 'pending' || mayUse(principal, stepPermissions[status])) return;
  throw problem('forbidden', {
    detail: `The caller lacks the permission ${stepPermissions[status]}.`,
  });
}
