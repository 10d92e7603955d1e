import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, keyFor, staffKey, testShop } from '../support/shop.js';

let shop: TestShop;
let milk: string;
const [ada, bea]: [Customer, Customer] = [customer(), customer()];
beforeAll(async () => {
  shop = await testShop();
  milk = await aProduct(shop, 'Milk', '4.20');
  for (const [who, name] of [
    [ada, 'ada'],
    [bea, 'bea'],
  ] as const) {
    who.uuid = await aUser(shop, `${name}@example.org`);
    const ofRegistry = ['registry:read', 'history:read', 'relations:read'];
    const scopes = [
      ...ofRegistry,
      'users:read',
      'users:write',
      'users:erase',
      'carts:read',
      'carts:write',
    ];
    const ofOrders = ['orders:read', 'orders:write', 'orders:cancel', 'orders:request-return'];
    who.headers = await keyFor(shop.app, {
      scopes: [...scopes, ...ofOrders, 'orders:move'],
      principalUuid: who.uuid,
    });
    const items = [{ productUuid: milk, quantity: 1 }];
    who.order = (await as(who, 'POST', '/orders', { userUuid: who.uuid, items })).body.uuid;
    who.cart = (await as(who, 'POST', '/carts', { userUuid: who.uuid })).body.uuid;
  }
});
afterAll(() => shop.stop());

interface Customer {
  uuid: string;
  headers: Record<string, string>;
  order: string;
  cart: string;
}

function customer(): Customer {
  return { uuid: '', headers: {}, order: '', cart: '' };
}

function as({ headers }: Pick<Customer, 'headers'>, method: string, path: string, body?: object) {
  return shop.ask(method, path, { headers, ...(body && { body }) });
}

const nobodys = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';

describe('a customer', () => {
  test('sees their own orders and carts in lists, and nobody else’s', async () => {
    for (const path of ['/orders', '/carts', `/users/${ada.uuid}/orders`]) {
      const { body } = await as(ada, 'GET', path);
      expect(body.items.map((one: { userUuid: string }) => one.userUuid)).toEqual([ada.uuid]);
    }
    const filtered = await as(ada, 'GET', `/orders?userUuid=${bea.uuid}`);
    expect(filtered.body.items).toEqual([]);
  });

  test.each([
    ['GET', '/users/{user}', undefined],
    ['PATCH', '/users/{user}', { city: 'Rome' }],
    ['DELETE', '/users/{user}', undefined],
    ['GET', '/users/{user}/cart', undefined],
    ['POST', '/users/{user}/cart', undefined],
    ['GET', '/users/{user}/orders', undefined],
    ['POST', '/users/{user}/orders', 'items'],
    ['GET', '/users/{user}/orders/{order}', undefined],
    ['GET', '/users/{user}/orders/{order}/items', undefined],
    ['GET', '/orders/{order}', undefined],
    ['GET', '/orders/{order}/items', undefined],
    ['POST', '/orders/{order}/items', 'items'],
    ['GET', '/orders/{order}/history', undefined],
    ['GET', '/resolve/{order}', undefined],
    ['GET', '/registry/{order}/history', undefined],
    ['GET', '/registry/{user}/relations', undefined],
    ['POST', '/orders/{order}/cancel', {}],
    ['POST', '/orders/{order}/return', {}],
    ['GET', '/carts/{cart}', undefined],
    ['GET', '/carts/{cart}/items', undefined],
    ['POST', '/carts/{cart}/items', 'product'],
    ['DELETE', '/carts/{cart}/items', undefined],
    ['POST', '/carts/{cart}/checkout', undefined],
  ] as const)('is told at %s %s of another that there is none', async (method, path, given) => {
    const bodies: Record<string, object> = {
      items: { items: [{ productUuid: milk, quantity: 1 }] },
      product: { productUuid: milk },
    };
    const body = typeof given === 'string' ? bodies[given] : given;
    const at = ({ uuid, order, cart }: Omit<Customer, 'headers'>) =>
      path.replace('{user}', uuid).replace('{order}', order).replace('{cart}', cart);
    const foreign = await as(ada, method, at(bea), body);
    const absent = await as(
      ada,
      method,
      at({ uuid: nobodys, order: nobodys, cart: nobodys }),
      body,
    );
    expect(foreign.status).toBe(404);
    expect([foreign.status, foreign.text]).toEqual([absent.status, absent.text]);
    expect((await as(bea, 'GET', `/orders/${bea.order}`)).body.status).toBe('pending');
  });

  test.each([
    ['POST', '/orders'],
    ['POST', '/carts'],
  ])('cannot name another in the body of %s %s', async (method, path) => {
    const items = path === '/orders' ? { items: [{ productUuid: milk, quantity: 1 }] } : {};
    const foreign = await as(ada, method, path, { userUuid: bea.uuid, ...items });
    const absent = await as(ada, method, path, { userUuid: nobodys, ...items });
    expect([foreign.status, foreign.body.errors]).toEqual([
      422,
      [{ pointer: '/userUuid', detail: 'does not exist' }],
    ]);
    expect(foreign.text).toBe(absent.text);
  });

  test('fills their cart, checks it out and cancels the order', async () => {
    const line = { productUuid: milk, quantity: 2 };
    expect((await as(ada, 'POST', `/carts/${ada.cart}/items`, line)).body.itemCount).toBe(1);
    const order = await as(ada, 'POST', `/carts/${ada.cart}/checkout`);
    expect(order.body).toMatchObject({ userUuid: ada.uuid, total: '8.40' });
    const cancelled = await as(ada, 'POST', `/orders/${order.body.uuid}/cancel`, {});
    expect(cancelled.body.status).toBe('cancelled');
    const { body } = await as(ada, 'GET', `/orders/${order.body.uuid}/history`);
    expect(body.changes.at(-1)).toMatchObject({ changedByUuid: ada.uuid });
  });

  test('reads their own notes in the history of an order, and none of the staff', async () => {
    const items = [{ productUuid: milk, quantity: 1 }];
    const { uuid } = (await as(ada, 'POST', '/orders', { userUuid: ada.uuid, items })).body;
    const path = `/orders/${uuid}`;
    const clerk = await staffKey(shop, await aUser(shop, 'noting@example.org'), [
      'orders:move',
      'orders:process',
      'orders:read',
    ]);
    const noted = { status: 'processing', note: 'pays late, as always' };
    expect((await as({ headers: clerk }, 'POST', `${path}/status`, noted)).status).toBe(200);
    await as(ada, 'POST', `${path}/cancel`, { note: 'found it elsewhere' });
    const notes = async (who: Pick<Customer, 'headers'>) =>
      (await as(who, 'GET', `${path}/history`)).body.changes.map(({ note }: any) => note);
    expect(await notes(ada)).toEqual([null, 'found it elsewhere']);
    expect(await notes({ headers: clerk })).toEqual([noted.note, 'found it elsewhere']);
  });

  test('reads the history of their order, and resolves it', async () => {
    const history = await as(ada, 'GET', `/registry/${ada.order}/history`);
    expect(history.body.items[0]).toMatchObject({ actorUuid: ada.uuid });
    expect((await as(ada, 'GET', `/resolve/${ada.order}`)).body.type).toBe('order');
    expect((await as(ada, 'GET', `/registry/${ada.order}/relations`)).status).toBe(200);
    expect((await as(ada, 'GET', '/registry/search?q=bea')).status).toBe(403);
  });

  test('may be erased by their own wish, and is nobody then', async () => {
    const uuid = await aUser(shop, 'leaving@example.org');
    const headers = await keyFor(shop.app, { scopes: ['users:erase'], principalUuid: uuid });
    expect((await as({ headers }, 'DELETE', `/users/${uuid}`)).status).toBe(204);
    // The instance notices within a second that the keys of the person are revoked.
    let again = 410;
    while (again === 410) again = (await as({ headers }, 'DELETE', `/users/${uuid}`)).status;
    expect(again).toBe(401);
  });

  test('lists no users, and moves no order along', async () => {
    expect((await as(ada, 'GET', '/users')).status).toBe(403);
    const move = { status: 'processing' };
    expect((await as(ada, 'POST', `/orders/${ada.order}/status`, move)).status).toBe(403);
  });
});

describe('a step of an order', () => {
  test('takes its own permission besides the one to move orders', async () => {
    const clerk = await aUser(shop, 'clerk@example.org');
    const headers = await staffKey(shop, clerk, ['orders:move', 'orders:process', 'orders:read']);
    const move = (status: string) =>
      as({ headers }, 'POST', `/orders/${bea.order}/status`, { status });
    const refused = await move('cancelled');
    expect([refused.status, refused.body.detail]).toEqual([
      403,
      expect.stringContaining('The caller lacks the permission orders:cancel.'),
    ]);
    expect((await move('processing')).body.status).toBe('processing');
    expect((await move('shipped')).status).toBe(403);
  });
});
