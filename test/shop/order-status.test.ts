import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { nextStatuses, orderStatuses } from '../../src/shop/orders/order-status.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, staffKey, testShop } from '../support/shop.js';

let shop: TestShop;
let user: string;
let milk: string;
let database: pg.Client;

beforeAll(async () => {
  shop = await testShop();
  user = await aUser(shop, 'status@example.org');
  milk = await aProduct(shop, 'Milk', '4.20');
  database = new pg.Client({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await shop.stop();
});

async function anOrder(): Promise<string> {
  const items = [{ productUuid: milk, quantity: 1 }];
  return (await shop.ask('POST', `/users/${user}/orders`, { body: { items } })).body.uuid;
}

const move = (order: string, status: string, more = {}, headers = {}) =>
  shop.ask('POST', `/orders/${order}/status`, { body: { status, ...more }, headers });

describe('the status of an order', () => {
  test('moves along, each change with one row of history', async () => {
    const order = await anOrder();
    const staff = await staffKey(shop, user, ['orders:move', 'orders:process', 'orders:read']);
    const moved = await move(order, 'processing', { note: 'paid' }, staff);
    expect(moved.body).toMatchObject({ status: 'processing' });
    await move(order, 'shipped');
    const { body } = await shop.ask('GET', `/orders/${order}/history`);
    expect(body.changes).toMatchObject([
      { oldStatus: 'pending', newStatus: 'processing', note: 'paid', changedByUuid: user },
      { oldStatus: 'processing', newStatus: 'shipped', note: null, changedByUuid: null },
    ]);
  });

  test('refuses an impossible step, and says which are possible', async () => {
    const { status, body } = await move(await anOrder(), 'delivered');
    expect(status).toBe(409);
    expect(body.code).toBe('status_refused');
    expect(body.detail).toContain('processing, cancelled');
  });

  test('can be cancelled while nothing was shipped', async () => {
    const order = await anOrder();
    const { body } = await shop.ask('POST', `/orders/${order}/cancel`, {
      body: { note: 'too late' },
    });
    expect(body.status).toBe('cancelled');
    expect((await shop.ask('POST', `/orders/${order}/cancel`, { body: {} })).body.code).toBe(
      'status_refused',
    );
  });

  test('has one winner when many move it at once', async () => {
    const order = await anOrder();
    const answers = await Promise.all(Array.from({ length: 20 }, () => move(order, 'processing')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const { body } = await shop.ask('GET', `/orders/${order}/history`);
    expect(body.changes).toHaveLength(1);
  });
});

describe('the database', () => {
  test('enforces the same transitions as the code', async () => {
    const { rows } = await database.query('SELECT from_status, to_status FROM order_status_edges');
    const inCode = orderStatuses.flatMap((from) => nextStatuses[from].map((to) => `${from}>${to}`));
    const inDatabase = rows.map(({ from_status, to_status }) => `${from_status}>${to_status}`);
    expect(inDatabase.toSorted()).toEqual(inCode.toSorted());
  });

  test.each([
    ['an illegal edge', `UPDATE orders SET status = 'refunded'`, 'an order does not go from'],
    [
      'history without a change',
      `INSERT INTO order_status_history (order_id, new_status) SELECT id, 'shipped' FROM orders`,
      'history is written by a change',
    ],
    [
      'a change of history',
      `UPDATE order_status_history SET note = 'never'`,
      'history is written by a change',
    ],
    ['a loss of history', 'DELETE FROM order_status_history', 'history is written by a change'],
    [
      'an order number twice',
      `INSERT INTO orders (user_id, number, day_of_week, hour_of_day)
       SELECT user_id, number, 0, 0 FROM orders LIMIT 1`,
      'orders_user_id_number_uq',
    ],
    ['a negative quantity', 'UPDATE order_items SET quantity = -1', 'order_items_quantity_ck'],
    ['a quantity above 999', 'UPDATE order_items SET quantity = 1000', 'order_items_quantity_ck'],
    ['a negative price', 'UPDATE products SET price = -0.01', 'products_price_ck'],
    ['a negative frozen price', 'UPDATE order_items SET unit_price = -1', 'unit_price_ck'],
    ['money that is no number', `UPDATE products SET price = 'Infinity'`, 'overflow'],
    ['a day that is none', 'UPDATE orders SET day_of_week = 7', 'orders_day_of_week_ck'],
    ['an hour that is none', 'UPDATE orders SET hour_of_day = 24', 'orders_hour_of_day_ck'],
    [
      'a negative gap',
      'UPDATE orders SET days_since_prior_order = -1',
      'orders_days_since_prior_order_ck',
    ],
  ])('refuses %s by raw SQL', async (_what, sql, reason) => {
    await anOrder();
    await expect(database.query(sql)).rejects.toThrow(reason);
  });

  test.each([0, -1, 1000])('refuses %i of a product in a cart by raw SQL', async (quantity) => {
    const { body } = await shop.ask('POST', `/users/${user}/cart`);
    await shop.ask('POST', `/carts/${body.uuid}/items`, { body: { productUuid: milk } });
    const set = database.query('UPDATE cart_items SET quantity = $1', [quantity]);
    await expect(set).rejects.toThrow('cart_items_quantity_ck');
  });

  test('refuses a second open cart by raw SQL', async () => {
    await shop.ask('POST', `/users/${user}/cart`);
    const second = 'INSERT INTO carts (user_id) SELECT user_id FROM carts';
    await expect(database.query(second)).rejects.toThrow('carts_open_uq');
  });

  test('keeps money exact: a float is rounded to cents on input', async () => {
    const { rows } = await database.query(
      `SELECT data_type, numeric_scale FROM information_schema.columns
       WHERE column_name IN ('price', 'unit_price')`,
    );
    const money = { data_type: 'numeric', numeric_scale: 2 };
    expect(rows).toEqual([money, money]);
    const uuid = await aProduct(shop, 'Penny', '0.01');
    const sum = 'UPDATE products SET price = 0.1::float8 + 0.2::float8 WHERE uuid = $1';
    await database.query(sum, [uuid]);
    expect((await shop.ask('GET', `/products/${uuid}`)).body.price).toBe('0.30');
  });

  test('has no column of floating point anywhere', async () => {
    const { rows } = await database.query(
      `SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema IN ('public', 'dual_id') AND data_type IN ('real', 'double precision')`,
    );
    expect(rows).toEqual([]);
  });
});
