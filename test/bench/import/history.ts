import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { instacartData } from '../../../src/shop/generate/instacart-data.js';

/** Files of a made-up history, and how many rows they have. */
export interface History {
  readonly folder: string;
  readonly users: number;
  readonly orders: number;
  readonly items: number;
  readonly bytes: number;
}

const ordersOfUser = 17.3;
/** The catalogue of the Instacart data. */
const catalogue = { products: 49_688, aisles: 134, departments: 21 };

/**
 * Makes up a history of about so many orders. Like the Instacart data it has no status history:
 * that a raw COPY could only bring along together with code of its own.
 */
export async function makeHistory(orders: number, folder: string): Promise<History> {
  const users = Math.max(1, Math.round(orders / ordersOfUser));
  const request = { users, seed: 'bench', folder, sizes: catalogue };
  const files = await instacartData.generate(request);
  rmSync(join(folder, 'order_status_history.csv'));
  const rows = (name: string) => files.find((file) => file.name === name)?.rows ?? 0;
  return {
    folder,
    users: rows('users.csv'),
    orders: rows('orders.csv'),
    items: rows('order_products__prior.csv'),
    bytes: files
      .filter(({ name }) => name !== 'order_status_history.csv')
      .reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
