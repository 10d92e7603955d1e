import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, keyFor, testShop } from '../support/shop.js';

let shop: TestShop;
let milk: string;
let bread: string;
let ada: string;
let adas: Record<string, string>;
beforeAll(async () => {
  shop = await testShop();
  milk = await aProduct(shop, 'Milk', '4.20');
  bread = await aProduct(shop, 'Bread', '6.50');
  ada = await aUser(shop, 'ada@example.org');
  adas = await keyFor(shop.app, {
    scopes: ['carts:read', 'carts:write', 'orders:read'],
    principalUuid: ada,
  });
});
afterAll(() => shop.stop());

interface Guest {
  readonly cart: string;
  readonly token: string;
  readonly headers: Record<string, string>;
}

async function aGuest(): Promise<Guest> {
  const { status, body } = await shop.anonymous('POST', '/carts/guests');
  expect(status).toBe(201);
  return {
    cart: body.cartUuid,
    token: body.token,
    headers: { authorization: `Bearer ${body.token}` },
  };
}

const as = (headers: Record<string, string>, method: string, path: string, body?: object) =>
  shop.anonymous(method, path, { headers, ...(body && { body }) });
const add = ({ cart, headers }: Guest, productUuid: string, quantity: number) =>
  as(headers, 'POST', `/carts/${cart}/items`, { productUuid, quantity });
const claim = (token: string) => as(adas, 'POST', '/carts/claims', { token });

describe('a guest', () => {
  test('fills the cart that the token is for', async () => {
    const guest = await aGuest();
    await add(guest, milk, 2);
    await as(guest.headers, 'PUT', `/carts/${guest.cart}/items/${bread}`, { quantity: 3 });
    await as(guest.headers, 'DELETE', `/carts/${guest.cart}/items/${milk}`);
    const { body } = await as(guest.headers, 'GET', `/carts/${guest.cart}`);
    expect(body).toMatchObject({ userUuid: null, itemCount: 1, total: '19.50' });
  });

  test('is not let in by the public id of the cart, which is no secret', async () => {
    const { cart } = await aGuest();
    expect((await shop.anonymous('GET', `/carts/${cart}`)).status).toBe(401);
    expect((await as(adas, 'GET', `/carts/${cart}`)).status).toBe(404);
  });

  test('is nobody in the history', async () => {
    const guest = await aGuest();
    await add(guest, milk, 1);
    const { body } = await shop.ask('GET', `/registry/${guest.cart}/history`);
    expect(body.items[0]).toMatchObject({ operation: 'changed', actorUuid: null });
  });

  test('finds no other cart, and no other things', async () => {
    const [guest, other] = [await aGuest(), await aGuest()];
    const absent = await as(guest.headers, 'GET', `/carts/${ada}`);
    const foreign = await as(guest.headers, 'GET', `/carts/${other.cart}`);
    expect([foreign.status, foreign.text]).toEqual([404, absent.text]);
    const foreignLine = { productUuid: milk, quantity: 1 };
    const added = await as(guest.headers, 'POST', `/carts/${other.cart}/items`, foreignLine);
    expect(added.status).toBe(404);
    for (const path of ['/carts', '/orders', '/users', `/users/${ada}`, '/keys']) {
      expect([path, (await as(guest.headers, 'GET', path)).status]).toEqual([path, 403]);
    }
    const checkout = await as(guest.headers, 'POST', `/carts/${guest.cart}/checkout`);
    expect(checkout.status).toBe(403);
  });
});

describe('the cart of a guest', () => {
  test('moves into the cart of whoever claims it, and its token ends', async () => {
    const guest = await aGuest();
    await add(guest, milk, 2);
    await add(guest, bread, 998);
    const own = (await as(adas, 'POST', `/users/${ada}/cart`)).body.uuid;
    await as(adas, 'POST', `/carts/${own}/items`, { productUuid: bread, quantity: 5 });
    const { status, body } = await claim(guest.token);
    expect([status, body.uuid, body.userUuid]).toEqual([200, own, ada]);
    const quantities = body.items.map((item: { name: string; quantity: number }) => [
      item.name,
      item.quantity,
    ]);
    expect(new Map(quantities)).toEqual(
      new Map([
        ['Bread', 999],
        ['Milk', 2],
      ]),
    );
    expect((await as(guest.headers, 'GET', `/carts/${guest.cart}`)).status).toBe(401);
    expect((await claim(guest.token)).status).toBe(403);
  });

  test('changes the version of the cart that it moves into', async () => {
    const guest = await aGuest();
    await add(guest, milk, 1);
    const own = await as(adas, 'POST', `/users/${ada}/cart`);
    const before = (await as(adas, 'GET', `/carts/${own.body.uuid}`)).headers.etag!;
    await claim(guest.token);
    const { status } = await shop.anonymous('DELETE', `/carts/${own.body.uuid}/items`, {
      headers: { ...adas, 'if-match': before },
    });
    expect(status).toBe(412);
  });

  test('is never lost in a cart that is checked out at the same time', async () => {
    for (let round = 0; round < 15; round += 1) {
      const guest = await aGuest();
      await add(guest, bread, 7);
      const own = (await as(adas, 'POST', `/users/${ada}/cart`)).body.uuid;
      await as(adas, 'DELETE', `/carts/${own}/items`);
      await as(adas, 'POST', `/carts/${own}/items`, { productUuid: milk, quantity: 1 });
      const [claimed, placed] = await Promise.all([
        claim(guest.token),
        as(adas, 'POST', `/carts/${own}/checkout`),
      ]);
      expect([claimed.status, placed.status]).toEqual([200, 201]);
      const open = (await as(adas, 'POST', `/users/${ada}/cart`)).body;
      const breads = [...placed.body.items, ...open.items]
        .filter(({ productUuid }) => productUuid === bread)
        .map(({ quantity }) => quantity);
      expect([round, breads]).toEqual([round, [7]]);
    }
  });

  test('is claimed once, by whoever is first', async () => {
    const guest = await aGuest();
    await add(guest, milk, 1);
    const claims = await Promise.all([1, 2, 3, 4].map(() => claim(guest.token)));
    expect(claims.map(({ status }) => status).toSorted()).toEqual([200, 403, 403, 403]);
  });

  test('cannot be claimed by a guest, by nobody, or with a key of another kind', async () => {
    const guest = await aGuest();
    const body = { token: guest.token };
    expect((await shop.anonymous('POST', '/carts/claims', { body })).status).toBe(401);
    expect((await as(guest.headers, 'POST', '/carts/claims', body)).status).toBe(403);
    expect((await shop.ask('POST', '/carts/claims', { body })).status).toBe(403);
    const own = adas['authorization']!.replace('Bearer ', '');
    for (const token of ['', 'made up', own]) expect((await claim(token)).status).toBe(403);
    expect((await as(guest.headers, 'GET', `/carts/${guest.cart}`)).status).toBe(200);
  });

  test('cannot be checked out before', async () => {
    const guest = await aGuest();
    await add(guest, milk, 1);
    const { status, body } = await shop.ask('POST', `/carts/${guest.cart}/checkout`);
    expect([status, body.code]).toEqual([409, 'cart_unclaimed']);
  });
});
