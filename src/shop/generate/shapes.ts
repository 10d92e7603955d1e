import type { OrderStatus } from '../orders/order-status.js';
import type { Stretch } from './weighted.js';

/**
 * The distributions of the Instacart orders of 2017, counted in a sample of 300 customers. Only
 * these counts come from the data; every name and every order is made up.
 */

/** Orders per customer. */
export const ordersPerUser: readonly Stretch[] = [
  ...[33, 28, 22, 15, 15, 13, 13, 12, 12, 13, 13].map((weight, index): Stretch => [
    index + 4,
    index + 4,
    weight,
  ]),
  ...([
    [15, 17, 22],
    [18, 20, 7],
    [21, 24, 10],
    [25, 29, 18],
    [30, 34, 17],
    [35, 39, 6],
    [40, 44, 8],
    [45, 49, 5],
    [50, 59, 12],
    [60, 74, 3],
    [75, 99, 3],
    [100, 100, 2],
  ] satisfies Stretch[]),
];

/** Products per order. */
export const itemsPerOrder: readonly Stretch[] = [
  ...[
    304, 306, 342, 400, 398, 345, 356, 323, 301, 251, 247, 190, 183, 172, 152, 125, 105, 100, 95,
    80, 70, 61, 53, 44, 38, 29, 24, 21, 18, 15,
  ].map((weight, index): Stretch => [index + 1, index + 1, weight]),
  ...([
    [31, 33, 40],
    [34, 36, 19],
    [37, 40, 14],
    [41, 45, 9],
    [46, 53, 7],
    [54, 71, 4],
  ] satisfies Stretch[]),
];

/** Days since the previous order, 0 to 30. Longer pauses count as 30. */
export const dayGaps: readonly number[] = [
  108, 283, 328, 421, 342, 339, 351, 459, 280, 182, 153, 146, 120, 129, 159, 108, 71, 64, 59, 54,
  64, 63, 56, 39, 25, 27, 24, 34, 32, 26, 521,
];

/** The gap that includes everything longer. */
export const maxGap = 30;

/** Orders by day of the week, from 0. */
export const daysOfWeek: readonly number[] = [864, 885, 671, 776, 713, 726, 732];

/** Orders by hour of the day. */
export const hoursOfDay: readonly number[] = [
  39, 27, 10, 8, 10, 8, 38, 106, 264, 390, 483, 418, 454, 434, 451, 526, 428, 376, 258, 233, 163,
  101, 85, 57,
];

/** How many of 100 products the customer has ordered before, by order, starting with the first. */
export const reorderedPercent: readonly number[] = [
  0, 29, 40, 46, 50, 55, 57, 60, 63, 66, 68, 70, 71, 72, 74, 75,
];

/** The paths orders take through the statuses, and how often. */
export const statusPaths: readonly (readonly [path: readonly OrderStatus[], weight: number])[] = [
  [['pending', 'processing', 'shipped', 'delivered'], 4048],
  [['pending', 'processing', 'cancelled'], 508],
  [
    ['pending', 'processing', 'shipped', 'delivered', 'return_requested', 'returned', 'refunded'],
    402,
  ],
  [['pending', 'processing', 'shipped', 'delivered', 'refunded'], 229],
  [['pending', 'processing', 'failed'], 180],
];

/** The maximum number of minutes until an order moves from one status to the next. */
export const maxWait: Readonly<Record<OrderStatus, number>> = {
  pending: 0,
  processing: 180,
  shipped: 2880,
  delivered: 11_500,
  cancelled: 180,
  failed: 180,
  return_requested: 22_700,
  returned: 11_500,
  refunded: 8400,
};
