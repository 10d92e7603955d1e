import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Identity } from 'nest-dual-id/identity';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey } from 'jose';
import { runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, keyFor, testShop } from '../support/shop.js';

let shop: TestShop;
let key: CryptoKey;
let ada: string;
let bea: string;
beforeAll(async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  key = pair.privateKey;
  const keys = [await exportJWK(pair.publicKey)];
  const signIn = { issuer: 'https://sign-in.example', audience: 'shop', keys };
  shop = await testShop({ signIn });
  [ada, bea] = [await aUser(shop, 'ada@example.org'), await aUser(shop, 'bea@example.org')];
});
afterAll(() => shop.stop());

async function as(uuid: string, method: string, path: string, body?: object) {
  const token = await new SignJWT({ sub: uuid })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer('https://sign-in.example')
    .setAudience('shop')
    .setExpirationTime('1m')
    .sign(key);
  const headers = { authorization: `Bearer ${token}` };
  return shop.anonymous(method, path, { headers, ...(body && { body }) });
}

test('a customer who signs in orders and sees their own orders alone, beside keys', async () => {
  const items = [{ productUuid: await aProduct(shop, 'Milk', '4.20'), quantity: 1 }];
  const placed = await as(ada, 'POST', `/users/${ada}/orders`, { items });
  expect(placed.status).toBe(201);
  const seen = async (who: string) => (await as(who, 'GET', '/orders')).body.items.length;
  expect([await seen(ada), await seen(bea)]).toEqual([1, 0]);
  expect((await as(bea, 'GET', `/orders/${placed.body.uuid}`)).status).toBe(404);
  expect((await shop.ask('GET', '/orders')).body.items).toHaveLength(1);
});

test('an owner who signs in makes another owner, which a key with every scope may not', async () => {
  const identity = shop.app.get(Identity);
  const owner = await identity.createRole({ name: 'owner', owner: true });
  const assign = await identity.createPermission({ name: 'roles:assign' });
  await identity.grant({ roleUuid: owner.uuid, permissionUuid: assign.uuid });
  await identity.assign({ principalUuid: ada, roleUuid: owner.uuid });
  const path = `/users/${bea}/roles/${owner.uuid}`;
  expect((await shop.ask('PUT', path)).status).toBe(403);
  expect((await as(ada, 'PUT', path)).status).toBe(204);
  expect((await as(ada, 'GET', `/users/${ada}/roles`)).body.roleUuids).toEqual([owner.uuid]);
});

test('without an identity provider, the owner of the database makes the second owner', async () => {
  const [cleo, path] = [await aUser(shop, 'cleo@example.org'), '../../../docs/operating.md'];
  const roles = await shop.app.get(Identity).roles();
  const owner = roles.find(({ name }) => name === 'owner')!;
  const own = await keyFor(shop.app, { scopes: ['roles:assign'], principalUuid: ada });
  const put = { headers: own };
  expect((await shop.ask('PUT', `/users/${cleo}/roles/${owner.uuid}`, put)).status).toBe(403);
  const page = await readFile(new URL(path, import.meta.url), 'utf8');
  const [statement] = /INSERT INTO dual_id\.principal_roles[^`]*/.exec(page)!;
  await runSql(urlAs('owner', shop.databaseUrl), statement.replace('<uuid of the user>', cleo));
  const held = await shop.ask('GET', `/users/${cleo}/roles`);
  expect(held.body.roleUuids).toEqual([owner.uuid]);
  expect((await as(cleo, 'DELETE', `/users/${ada}/roles/${owner.uuid}`)).status).toBe(204);
});
