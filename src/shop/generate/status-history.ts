import type { OrderStatus } from '../orders/order-status.js';
import type { CsvFile } from './csv-file.js';
import type { Random } from './random.js';
import { maxWait, statusPaths } from './shapes.js';
import { Weighted } from './weighted.js';

const paths = new Weighted(statusPaths.map(([, weight]) => weight));

/** Writes the status history of an order, from the minute it was placed, in ascending times. */
export function writeHistory(file: CsvFile, order: OrderToTell, random: Random): void {
  let { minute } = order;
  for (const status of statusPathOf(random)) {
    if (status !== 'pending') minute += random.between(1, maxWait[status]);
    file.add(`${order.id},${status},${timeOf(minute)}`);
  }
}

/** An order whose history is written. */
export interface OrderToTell {
  readonly id: number;
  /** Minutes since 1970 in UTC. */
  readonly minute: number;
}

function statusPathOf(random: Random): readonly OrderStatus[] {
  return statusPaths[paths.draw(random)]![0];
}

function timeOf(minute: number): string {
  const text = new Date(minute * 60_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}+00:00`;
}
