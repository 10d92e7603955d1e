import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { OrderStatus } from '../../src/shop/orders/order-status.js';
import { orderStatuses } from '../../src/shop/orders/order-status.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

/** The way to every status, and the statuses that follow it: deliberately repeated here. */
const stations: Record<OrderStatus, { way: OrderStatus[]; next: OrderStatus[] }> = {
  pending: { way: [], next: ['processing', 'cancelled'] },
  processing: { way: ['processing'], next: ['shipped', 'cancelled', 'failed'] },
  shipped: { way: ['processing', 'shipped'], next: ['delivered'] },
  delivered: {
    way: ['processing', 'shipped', 'delivered'],
    next: ['return_requested', 'refunded'],
  },
  return_requested: {
    way: ['processing', 'shipped', 'delivered', 'return_requested'],
    next: ['returned'],
  },
  returned: {
    way: ['processing', 'shipped', 'delivered', 'return_requested', 'returned'],
    next: ['refunded'],
  },
  cancelled: { way: ['cancelled'], next: [] },
  failed: { way: ['processing', 'failed'], next: [] },
  refunded: { way: ['processing', 'shipped', 'delivered', 'refunded'], next: [] },
};

let shop: TestShop;
let user: string;
let milk: string;
let database: pg.Client;

beforeAll(async () => {
  shop = await testShop();
  user = await aUser(shop, 'edges@example.org');
  milk = await aProduct(shop, 'Milk', '4.20');
  database = new pg.Client({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await shop.stop();
});

async function orderThat(is: OrderStatus): Promise<string> {
  const items = [{ productUuid: milk, quantity: 1 }];
  const { uuid } = (await shop.ask('POST', `/users/${user}/orders`, { body: { items } })).body;
  for (const status of stations[is].way) await move(uuid, status);
  return uuid;
}

const move = (order: string, status: string) =>
  shop.ask('POST', `/orders/${order}/status`, { body: { status } });
const rowsOfHistory = async (order: string) =>
  (await shop.ask('GET', `/orders/${order}/history`)).body.changes.length;

const steps = orderStatuses.flatMap((from) => stations[from].next.map((to) => [from, to] as const));

describe('an order', () => {
  test.each(steps)('that is %s may become %s, with one row of history', async (from, to) => {
    const order = await orderThat(from);
    expect(await move(order, to)).toMatchObject({ status: 200, body: { status: to } });
    expect(await rowsOfHistory(order)).toBe(stations[from].way.length + 1);
  });

  test.each(orderStatuses)(
    'that is %s cannot become anything else, by API or raw SQL',
    async (from) => {
      const order = await orderThat(from);
      for (const to of orderStatuses.filter((other) => !stations[from].next.includes(other))) {
        expect(await move(order, to)).toMatchObject({
          status: 409,
          body: { code: 'status_refused' },
        });
        if (to === from) continue;
        const raw = database.query('UPDATE orders SET status = $2 WHERE uuid = $1', [order, to]);
        await expect(raw).rejects.toThrow(`an order does not go from ${from} to ${to}`);
      }
      expect((await shop.ask('GET', `/orders/${order}`)).body.status).toBe(from);
      expect(await rowsOfHistory(order)).toBe(stations[from].way.length);
    },
  );
});
