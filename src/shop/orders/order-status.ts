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
