import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

let shop: TestShop;
let user: string;
let milk: string;
beforeAll(async () => {
  shop = await testShop();
  user = await aUser(shop, 'conditions@example.org');
  milk = await aProduct(shop, 'Milk', '4.20');
});
afterAll(() => shop.stop());

const anOrder = async () => {
  const items = [{ productUuid: milk, quantity: 1 }];
  const { body } = await shop.ask('POST', '/orders', { body: { userUuid: user, items } });
  return `/orders/${body.uuid as string}`;
};
const aCart = async () => {
  const { body } = await shop.ask('POST', `/users/${user}/cart`);
  return `/carts/${body.uuid as string}`;
};
const read = async (path: string) => {
  const { headers, body } = await shop.ask('GET', path);
  return { tag: headers['etag']!, body };
};

/** Sends an outdated tag, and then the current one. */
async function expectCompared(
  resource: string,
  change: (headers: Record<string, string>) => ReturnType<TestShop['ask']>,
  status = 200,
): Promise<void> {
  const before = await read(resource);
  const stale = await change({ 'if-match': '"99-stale"' });
  expect(stale.status).toBe(412);
  expect(stale.body.currentVersion).toBe(Number.parseInt(before.tag.slice(1)));
  expect(await read(resource)).toEqual(before);
  expect((await change({ 'if-match': `"99-stale", ${before.tag}` })).status).toBe(status);
  expect((await change({ 'if-match': before.tag })).status).not.toBe(status);
}

describe('lines of a cart', () => {
  test('are added, set, removed, cleared and checked out at the version of the cart', async () => {
    const cart = await aCart();
    const line = `${cart}/items/${milk}`;
    const add = { productUuid: milk, quantity: 1 };
    await expectCompared(cart, (headers) =>
      shop.ask('POST', `${cart}/items`, { body: add, headers }),
    );
    await expectCompared(cart, (headers) =>
      shop.ask('PUT', line, { body: { quantity: 3 }, headers }),
    );
    await expectCompared(cart, (headers) => shop.ask('DELETE', line, { headers }));
    await expectCompared(cart, (headers) => shop.ask('DELETE', `${cart}/items`, { headers }));
    await shop.ask('POST', `${cart}/items`, { body: add });
    const checkout = (headers: Record<string, string>) =>
      shop.ask('POST', `${cart}/checkout`, { headers });
    await expectCompared(cart, checkout, 201);
  });

  test('in a closed cart are refused for that, whatever the version', async () => {
    const cart = await aCart();
    await shop.ask('POST', `${cart}/items`, { body: { productUuid: milk } });
    await shop.ask('POST', `${cart}/checkout`);
    const late = await shop.ask('DELETE', `${cart}/items`, { headers: { 'if-match': '"1"' } });
    expect(late.body.code).toBe('cart_closed');
  });
});

describe('an order', () => {
  test('gets lines, moves and is cancelled at its version', async () => {
    const order = await anOrder();
    const items = [{ productUuid: milk, quantity: 1 }];
    const post = (path: string, body: object) => (headers: Record<string, string>) =>
      shop.ask('POST', `${order}/${path}`, { body, headers });
    await expectCompared(order, post('items', { items }));
    await expectCompared(order, post('status', { status: 'processing' }));
    await expectCompared(order, post('cancel', {}));
  });

  test('with another product name has another tag at the same version', async () => {
    const order = await anOrder();
    const before = await read(order);
    expect(
      (await shop.ask('PATCH', `/products/${milk}`, { body: { name: 'Whole milk' } })).status,
    ).toBe(200);
    const { tag, body } = await read(order);
    expect(body.items[0].name).toBe('Whole milk');
    expect(tag.split('-')[0]).toBe(before.tag.split('-')[0]);
    expect(tag).not.toBe(before.tag);
  });
});
