/** Where an order stands. */
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

/** One of the order's stations. */
export type OrderStatus = (typeof orderStatuses)[number];

/** Where an order may go from each station. The database holds the same edges. */
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
