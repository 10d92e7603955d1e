import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop, untilServed } from '../support/shop.js';

let shop: TestShop;
let user: string;
let milk: string;
let bread: string;
let unpriced: string;

beforeAll(async () => {
  shop = await testShop();
  user = await aUser(shop, 'orders@example.org');
  milk = await aProduct(shop, 'Milk', '4.20');
  bread = await aProduct(shop, 'Bread', '6.50');
  unpriced = await aProduct(shop, 'Truffles');
});
afterAll(() => shop.stop());

const lines = (...items: [string, number][]) =>
  items.map(([productUuid, quantity]) => ({ productUuid, quantity }));

describe('orders', () => {
  test('are placed by public ids, with a correct total', async () => {
    const items = lines([milk, 3], [bread, 1]);
    const { status, headers, body } = await shop.ask('POST', '/orders', {
      body: { userUuid: user, items },
    });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/orders/${body.uuid}`);
    expect(body).toMatchObject({ userUuid: user, number: 1, status: 'pending', total: '19.10' });
    expect(body.daysSincePriorOrder).toBeNull();
    expect(body.items).toMatchObject([
      { productUuid: milk, name: 'Milk', quantity: 3, unitPrice: '4.20', addToCartOrder: 1 },
      { productUuid: bread, quantity: 1, addToCartOrder: 2, reordered: false },
    ]);
  });

  test('are not affected by a later price, and the product is a reorder next time', async () => {
    const items = lines([milk, 1]);
    const first = await shop.ask('POST', '/orders', { body: { userUuid: user, items } });
    await shop.ask('PATCH', `/products/${milk}`, { body: { price: '9.99' } });
    const again = await shop.ask('GET', `/orders/${first.body.uuid}`);
    expect(again.body.items[0]).toMatchObject({ unitPrice: '4.20', reordered: true });
    expect(again.body).toMatchObject({ total: '4.20', daysSincePriorOrder: 0 });
  });

  test('placed 100 at once by one user are numbered without gaps', async () => {
    const busy = await aUser(shop, 'busy@example.org');
    const order = { items: lines([bread, 1]) };
    const place = () =>
      untilServed(() => shop.ask('POST', `/users/${busy}/orders`, { body: order }));
    const answers = await Promise.all(Array.from({ length: 100 }, place));
    const numbers = answers.map(({ body }) => body.number).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(answers.filter(({ body }) => body.items[0].reordered === false)).toHaveLength(1);
  });

  test.each([
    [
      'an unpriced product',
      () => lines([milk, 1], [unpriced, 1]),
      'not_orderable',
      '/items/1/productUuid',
    ],
    ['an unknown product', () => lines([user, 1]), 'missing_reference', '/items/0/productUuid'],
  ])('with %s are refused by name', async (_what, items, code, pointer) => {
    const { status, body } = await shop.ask('POST', '/orders', {
      body: { userUuid: user, items: items() },
    });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code, errors: [{ pointer }] });
  });

  test('respond to an unknown user with 422 in the body and 404 in the path', async () => {
    const items = lines([bread, 1]);
    const inBody = await shop.ask('POST', '/orders', { body: { userUuid: milk, items } });
    expect(inBody).toMatchObject({ status: 422, body: { errors: [{ pointer: '/userUuid' }] } });
    expect((await shop.ask('POST', `/users/${milk}/orders`, { body: { items } })).status).toBe(404);
  });

  test.each([
    ['quantity 0', 400, [0]],
    ['quantity 1000', 400, [1000]],
    ['half a quantity', 400, [1.5]],
    ['quantity 5', 201, [5]],
    ['the same product twice', 400, [1, 1]],
    ['no lines', 400, []],
  ])('with %s respond with %i', async (_what, status, quantities) => {
    const items = lines(...quantities.map((quantity): [string, number] => [bread, quantity]));
    expect((await shop.ask('POST', '/orders', { body: { userUuid: user, items } })).status).toBe(
      status,
    );
  });

  test('of another user are not found under this one', async () => {
    const other = await aUser(shop, 'other@example.org');
    const { body } = await shop.ask('POST', `/users/${other}/orders`, {
      body: {
        items: lines([bread, 1]),
      },
    });
    expect((await shop.ask('GET', `/users/${other}/orders/${body.uuid}`)).status).toBe(200);
    expect((await shop.ask('GET', `/users/${user}/orders/${body.uuid}`)).status).toBe(404);
    const page = await shop.ask('GET', `/orders?userUuid=${other}`);
    expect(page.body.items.map(({ uuid }: { uuid: string }) => uuid)).toEqual([body.uuid]);
  });

  test('are each on one page, newest first', async () => {
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await shop.ask('GET', `/orders?limit=7&sort=-createdAt${after}`);
      seen.push(...body.items.map(({ uuid }: { uuid: string }) => uuid));
      after = body.nextCursor ? `&after=${body.nextCursor}` : '';
    } while (after);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(100);
  });

  test('are filtered by status', async () => {
    expect((await shop.ask('GET', '/orders?status=shipped')).body.items).toEqual([]);
    expect((await shop.ask('GET', '/orders?status=pending&limit=1')).body.items).toHaveLength(1);
    expect((await shop.ask('GET', '/orders?status=lost')).body.code).toBe('invalid_query');
  });

  test('accept lines while pending, at the price they had or have', async () => {
    const cheese = await aProduct(shop, 'Cheese', '3.00');
    const { body } = await shop.ask('POST', `/users/${user}/orders`, {
      body: {
        items: lines([cheese, 1]),
      },
    });
    await shop.ask('PATCH', `/products/${cheese}`, { body: { price: '5.00' } });
    const items = lines([cheese, 2], [bread, 1]);
    const added = await shop.ask('POST', `/orders/${body.uuid}/items`, { body: { items } });
    expect(added.body.items).toMatchObject([
      { productUuid: cheese, quantity: 3, unitPrice: '3.00', addToCartOrder: 1 },
      { productUuid: bread, quantity: 1, unitPrice: '6.50', addToCartOrder: 2, reordered: true },
    ]);
    expect(added.body.total).toBe('15.50');
    expect(added.headers['etag']).toMatch(/^"2-/);
    await shop.ask('POST', `/orders/${body.uuid}/cancel`, { body: {} });
    const late = await shop.ask('POST', `/orders/${body.uuid}/items`, { body: { items } });
    expect(late.body.code).toBe('order_not_pending');
  });

  test('keep showing a product taken off sale, which new ones cannot have', async () => {
    const { body } = await shop.ask('POST', `/users/${user}/orders`, {
      body: { items: lines([bread, 1]) },
    });
    expect((await shop.ask('DELETE', `/products/${bread}`)).status).toBe(204);
    const old = await shop.ask('GET', `/orders/${body.uuid}`);
    expect(old.body.items).toMatchObject([{ productUuid: bread, name: 'Bread' }]);
    const again = await shop.ask('POST', `/users/${user}/orders`, {
      body: { items: lines([bread, 1]) },
    });
    expect(again.status).toBe(422);
    expect(again.body.errors[0].detail).toBe('is no longer on sale');
  });
});
