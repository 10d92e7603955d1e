import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop, untilServed } from '../support/shop.js';

let shop: TestShop;
let milk: string;
let bread: string;
let users = 0;

beforeAll(async () => {
  shop = await testShop();
  milk = await aProduct(shop, 'Milk', '4.20');
  bread = await aProduct(shop, 'Bread', '6.50');
});
afterAll(() => shop.stop());

/** Opens the cart of a new user and returns both public ids. */
async function aCart(): Promise<{ user: string; cart: string }> {
  const user = await aUser(shop, `cart-${users++}@example.org`);
  return { user, cart: (await shop.ask('POST', `/users/${user}/cart`)).body.uuid };
}

const add = (cart: string, productUuid: string, quantity?: number) =>
  shop.ask('POST', `/carts/${cart}/items`, { body: { productUuid, quantity } });

describe('a cart', () => {
  test('is unique for each user, however many ask for it at once', async () => {
    const user = await aUser(shop, 'one-cart@example.org');
    expect((await shop.ask('GET', `/users/${user}/cart`)).status).toBe(404);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.ask('POST', '/carts', { body: { userUuid: user } })),
    );
    expect(new Set(answers.map(({ body }) => body.uuid)).size).toBe(1);
    const { body } = await shop.ask('GET', `/users/${user}/cart`);
    expect(body).toMatchObject({ uuid: answers[0]!.body.uuid, userUuid: user, items: [] });
  });

  test('gets quantity 100 from 100 parallel additions of one product', async () => {
    const { cart } = await aCart();
    const adding = () => untilServed(() => add(cart, milk));
    const answers = await Promise.all(Array.from({ length: 100 }, adding));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const { body } = await shop.ask('GET', `/carts/${cart}`);
    expect(body).toMatchObject({ itemCount: 1, total: '420.00', items: [{ quantity: 100 }] });
  });

  test('sets, removes and clears lines, with a correct total', async () => {
    const { cart } = await aCart();
    await add(cart, milk, 3);
    const both = await shop.ask('PUT', `/carts/${cart}/items/${bread}`, { body: { quantity: 2 } });
    expect(both.body).toMatchObject({ itemCount: 2, total: '25.60' });
    const one = await shop.ask('DELETE', `/carts/${cart}/items/${milk}`);
    expect(one.body).toMatchObject({ itemCount: 1, total: '13.00' });
    expect((await shop.ask('DELETE', `/carts/${cart}/items/${milk}`)).status).toBe(404);
    expect((await shop.ask('DELETE', `/carts/${cart}/items`)).body.items).toEqual([]);
  });

  test.each([
    ['0 of a product', 0, 400],
    ['1000 of a product', 1000, 400],
    ['half of a product', 0.5, 400],
    ['1 of a product', 1, 200],
    ['999 of a product', 999, 200],
  ])('%s', async (_what, quantity, status) => {
    const { cart } = await aCart();
    expect((await add(cart, milk, quantity)).status).toBe(status);
    const path = `/carts/${cart}/items/${bread}`;
    expect((await shop.ask('PUT', path, { body: { quantity } })).status).toBe(status);
  });

  test('never holds more than 999 of a product, whoever adds', async () => {
    const { cart } = await aCart();
    await add(cart, milk, 999);
    const { status, body } = await add(cart, milk, 1);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'rule_violated', errors: [{ pointer: '/quantity' }] });
  });

  test('responds to an unknown product with 422 in the body and 404 in the path', async () => {
    const { user, cart } = await aCart();
    expect(await add(cart, user)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/productUuid' }] },
    });
    const put = await shop.ask('PUT', `/carts/${cart}/items/${user}`, { body: { quantity: 1 } });
    expect(put.status).toBe(404);
  });
});

describe('a checkout', () => {
  test('turns the cart into an order and closes it', async () => {
    const { user, cart } = await aCart();
    await add(cart, milk, 2);
    await add(cart, bread, 1);
    const { status, headers, body } = await shop.ask('POST', `/carts/${cart}/checkout`);
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/orders/${body.uuid}`);
    expect(body).toMatchObject({ userUuid: user, number: 1, total: '14.90' });
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['Milk', 'Bread']);
    expect((await shop.ask('POST', `/carts/${cart}/checkout`)).body.code).toBe('cart_closed');
    expect((await add(cart, milk)).body.code).toBe('cart_closed');
    expect((await shop.ask('GET', `/users/${user}/cart`)).status).toBe(404);
  });

  test('of an empty cart is refused', async () => {
    const { cart } = await aCart();
    const { status, body } = await shop.ask('POST', `/carts/${cart}/checkout`);
    expect(status).toBe(409);
    expect(body.code).toBe('cart_empty');
  });

  test('names the line without a price and leaves the cart open', async () => {
    const { cart } = await aCart();
    const unpriced = await aProduct(shop, 'Truffles');
    await add(cart, milk);
    await add(cart, unpriced);
    const { status, body } = await shop.ask('POST', `/carts/${cart}/checkout`);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'not_orderable',
      errors: [{ pointer: '/items/1/productUuid' }],
    });
    expect((await shop.ask('GET', `/carts/${cart}`)).body.closedAt).toBeNull();
  });

  test('names the line of a product that was taken off sale', async () => {
    const { cart } = await aCart();
    const fig = await aProduct(shop, 'Fig', '0.80');
    await add(cart, milk);
    await add(cart, fig);
    await shop.ask('DELETE', `/products/${fig}`);
    const { status, body } = await shop.ask('POST', `/carts/${cart}/checkout`);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'not_orderable',
      errors: [{ pointer: '/items/1/productUuid', detail: 'is no longer on sale' }],
    });
  });

  test('freezes the prices at that moment', async () => {
    const { cart } = await aCart();
    const fish = await aProduct(shop, 'Fish', '8.00');
    await add(cart, fish, 2);
    await shop.ask('PATCH', `/products/${fish}`, { body: { price: '9.00' } });
    const { body } = await shop.ask('POST', `/carts/${cart}/checkout`);
    await shop.ask('PATCH', `/products/${fish}`, { body: { price: '1.00' } });
    const order = await shop.ask('GET', `/orders/${body.uuid}`);
    expect(order.body).toMatchObject({ total: '18.00', items: [{ unitPrice: '9.00' }] });
  });

  test('sent again with its Idempotency-Key returns the order, though the cart is closed', async () => {
    const { cart } = await aCart();
    await add(cart, milk);
    const key = { 'idempotency-key': 'checkout' };
    const path = `/carts/${cart}/checkout`;
    const first = await shop.ask('POST', path, { headers: key });
    const again = await shop.ask('POST', path, { headers: key });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
  });

  test('sent 20 times at once gives one order', async () => {
    const { cart } = await aCart();
    await add(cart, milk);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shop.ask('POST', `/carts/${cart}/checkout`)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ body }) => body.code === 'cart_closed')).toHaveLength(19);
  });
});
