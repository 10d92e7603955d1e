import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Started, WishlistApi } from '../support/wishlist-api.js';
import { startWishlists } from '../support/wishlist-api.js';

let wishlists: WishlistApi;
let started: Started;
beforeAll(async () => {
  wishlists = await startWishlists();
});
afterAll(() => wishlists.stop());

describe('a guest with the token of a wishlist', () => {
  test('has that list, and nobody has it who knows only its UUID', async () => {
    const { ask, start } = wishlists;
    started = await start();
    const { path, token } = started;
    expect((await ask('POST', `${path}/wishes`, token, { text: 'a kite' })).status).toBe(201);
    expect((await ask('GET', path, token)).body).toMatchObject({ shopperUuid: null });
    const { body } = await ask('GET', `${path}/wishes`, token);
    expect(body.items).toMatchObject([{ text: 'a kite' }]);
    expect((await ask('GET', path)).status).toBe(401);
    const someone = await wishlists.shopper('Someone');
    expect((await ask('GET', path, someone.token)).status).toBe(404);
    expect((await ask('GET', path, (await start()).token)).status).toBe(404);
  });

  test('may call no route that does not say so', async () => {
    const { ask } = wishlists;
    const { path, token } = started;
    expect((await ask('DELETE', path, token)).status).toBe(403);
    expect((await ask('POST', '/wishlists/claims', token, { token })).status).toBe(403);
    expect((await ask('GET', '/keys', token)).status).toBe(403);
  });

  test('signs in and takes the list over, once, whereupon the token ends', async () => {
    const { ask } = wishlists;
    const { path, token, wishlistUuid } = started;
    const [ada, bob] = [await wishlists.shopper('Ada'), await wishlists.shopper('Bob')];
    const claims = [ada, bob].map((by) => ask('POST', '/wishlists/claims', by.token, { token }));
    const both = await Promise.all(claims);
    expect(both.map(({ status }) => status).toSorted()).toEqual([201, 403]);
    const winner = both[0]!.status === 201 ? ada : bob;
    expect(both.find(({ status }) => status === 201)!.body).toEqual({
      uuid: wishlistUuid,
      shopperUuid: winner.uuid,
    });
    expect((await ask('GET', `${path}/wishes`, token)).status).toBe(401);
    const { body } = await ask('GET', `${path}/wishes`, winner.token);
    expect(body.items).toMatchObject([{ text: 'a kite' }]);
  });

  test('cannot be taken for one by a key of a shopper', async () => {
    const { ask } = wishlists;
    const ada = await wishlists.shopper('Ada');
    for (const token of [ada.token, 'nonsense', randomUUID()]) {
      const claim = await ask('POST', '/wishlists/claims', ada.token, { token });
      expect(claim.status).toBe(403);
    }
  });
});
