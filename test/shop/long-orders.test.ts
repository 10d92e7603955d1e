import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

const shown = 1_000;
const lines = 1_203;
let shop: TestShop;
let user: string;
let other: string;
let order: string;
let cart: string;
beforeAll(async () => {
  shop = await testShop();
  [user, other] = [await aUser(shop, 'long@example.org'), await aUser(shop, 'other@example.org')];
  const productUuid = await aProduct(shop, 'First', '1.50');
  const items = [{ productUuid, quantity: 1 }];
  order = (await shop.ask('POST', `/users/${user}/orders`, { body: { items } })).body.uuid;
  cart = (await shop.ask('POST', `/users/${user}/cart`)).body.uuid;
  const source = shop.app.get(DataSource);
  await source.query(
    `INSERT INTO products (name, price, department_id, aisle_id)
     SELECT 'Line ' || n, 1, department_id, aisle_id
     FROM products, generate_series(2, ${lines}) n WHERE name = 'First'`,
  );
  await source.query(
    `INSERT INTO order_items (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
     SELECT o.id, p.id, 1, p.price, substr(p.name, 6)::integer, false
     FROM orders o, products p WHERE p.name LIKE 'Line %'`,
  );
  await source.query(
    `INSERT INTO cart_items (cart_id, product_id, quantity, added_at)
     SELECT c.id, p.id, 1, now() + substr('0' || p.name, 7)::integer * interval '1 ms'
     FROM carts c, products p WHERE p.name LIKE 'Line %'`,
  );
});
afterAll(() => shop.stop());

/** Every item of the pages at an address. */
async function every(path: string, after?: string): Promise<{ name: string }[]> {
  const cursor = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
  const { status, body } = await shop.ask('GET', `${path}?limit=100${cursor}`);
  expect(status).toBe(200);
  const { items, nextCursor } = body;
  return nextCursor === null ? items : [...items, ...(await every(path, nextCursor))];
}

describe('an order with more lines than it shows', () => {
  test.each(['alone', 'of its user'])('says so %s, and shows the first ones', async (place) => {
    const path = place === 'of its user' ? `/users/${user}/orders/${order}` : `/orders/${order}`;
    const { body } = await shop.ask('GET', path);
    expect(body.items).toHaveLength(shown);
    expect(body.itemCount).toBe(lines);
    expect(body.truncated).toEqual(['items']);
  });

  test('has pages of its items, which show every line once and in order', async () => {
    const { body } = await shop.ask('GET', `/orders/${order}`);
    const items = await every(`/orders/${order}/items`);
    expect(items.map(({ name }) => name)).toEqual([
      'First',
      ...Array.from({ length: lines - 1 }, (_, at) => `Line ${at + 2}`),
    ]);
    expect(items.slice(0, shown)).toEqual(body.items);
    expect(await every(`/users/${user}/orders/${order}/items`)).toEqual(items);
  });

  test('shows none of them under another user, or for an unknown order', async () => {
    for (const path of [`/users/${other}/orders/${order}/items`, `/orders/${user}/items`]) {
      const { status, body } = await shop.ask('GET', path);
      expect([status, body.code]).toEqual([404, 'not_found']);
    }
  });
});

describe('a cart with more lines than it shows', () => {
  test('says so, and has pages of its items', async () => {
    const { body } = await shop.ask('GET', `/carts/${cart}`);
    expect(body.truncated).toEqual(['items']);
    const items = await every(`/carts/${cart}/items`);
    expect(items).toHaveLength(lines - 1);
    expect(items.slice(0, shown)).toEqual(body.items);
  });
});

describe('the description of the API', () => {
  test("says that an order's items may be cut, and where the rest of them is", async () => {
    const { body } = await shop.ask('GET', '/openapi.json');
    const { properties, required } = body.components.schemas.OrderView;
    expect(properties.truncated.items.enum).toEqual(['items']);
    expect(properties.truncated.description).toMatch(/^Lists of which only the beginning is shown/);
    expect(required).not.toContain('truncated');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/orders/{orderUuid}/items',
        '/users/{userUuid}/orders/{orderUuid}/items',
        '/carts/{cartUuid}/items',
      ]),
    );
    const examples = JSON.stringify(body.paths['/orders/{orderUuid}'].get.responses['200']);
    expect(examples).not.toContain('"truncated":[');
  });
});
