import type { ShopPermission } from '../access/permissions.js';

/** The status of an order. */
export const orderStatuses = [
  'pending',
  'processing',
  'shipped',
  'delivered',
  'cancelled',
  'failed',
  'return_requested',
  'returned',
  'refunded',
] as const;

/** One of the statuses of an order. */
export type OrderStatus = (typeof orderStatuses)[number];

/** The next possible statuses for each status. The database enforces the same transitions. */
export const nextStatuses: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['processing', 'cancelled'],
  processing: ['shipped', 'cancelled', 'failed'],
  shipped: ['delivered'],
  delivered: ['return_requested', 'refunded'],
  return_requested: ['returned'],
  returned: ['refunded'],
  cancelled: [],
  failed: [],
  refunded: [],
};

/** The permission that a step to each status takes; nothing becomes pending again. */
export const stepPermissions: Readonly<Record<Exclude<OrderStatus, 'pending'>, ShopPermission>> = {
  processing: 'orders:process',
  shipped: 'orders:ship',
  delivered: 'orders:deliver',
  cancelled: 'orders:cancel',
  failed: 'orders:fail',
  return_requested: 'orders:request-return',
  returned: 'orders:accept-return',
  refunded: 'orders:refund',
};
