import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPublicId } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop, staffKey } from '../support/shop.js';

let shop: TestShop;
let authorization: Record<string, string>;
let ben: string;
beforeAll(async () => {
  shop = await testShop();
  ben = await aUser(shop, 'ben@example.org');
  const manager = await aUser(shop, 'manager@example.org');
  authorization = await staffKey(shop, manager, ['keys:manage', 'orders:read']);
});
afterAll(() => shop.stop());

const create = (principalUuid: string) =>
  shop.ask('POST', '/keys', {
    headers: authorization,
    body: { name: 'till', scopes: ['orders:read'], principalUuid },
  });

test('a key is created for a user, and for nothing else that has a public id', async () => {
  expect((await create(ben)).status).toBe(201);
  const product = await create(await aProduct(shop, 'Milk', '1.50'));
  const unknown = await create(newPublicId(4));
  expect(product.status).toBe(422);
  expect(product.body.errors).toEqual([{ pointer: '/principalUuid', detail: 'does not exist' }]);
  expect(product.body).toEqual(unknown.body);
});

test('a key for a user who was erased is refused', async () => {
  const gone = await aUser(shop, 'gone@example.org');
  expect((await shop.ask('DELETE', `/users/${gone}`)).status).toBe(204);
  expect((await create(gone)).status).toBe(410);
});

test('a key that acts for nobody is named by the history as who made a change', async () => {
  const { key, token } = await shop.app
    .get(ApiKeys)
    .create({ name: 'nightly job', scopes: ['users:write', 'history:read', 'registry:read'] });
  const headers = { authorization: `Bearer ${token}` };
  const changed = await shop.ask('PATCH', `/users/${ben}`, { headers, body: { city: 'Rome' } });
  expect(changed.status).toBe(200);
  const { body } = await shop.ask('GET', `/registry/${ben}/history`, { headers });
  expect(body.items[0]).toMatchObject({ operation: 'changed', actorUuid: key.uuid });
  const resolved = await shop.ask('GET', `/resolve/${key.uuid}`, { headers });
  expect(resolved.body.type).toBe('api_key');
});
