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
