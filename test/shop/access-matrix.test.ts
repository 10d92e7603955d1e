import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openApiOf } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import { Identity } from 'nest-dual-id/identity';
import { RelationsService } from 'nest-dual-id/relations';
import { allPermissions } from '../../src/shop/access/permissions.js';
import { accessMatrix, surprises } from '../support/access-matrix.js';
import type { MatrixCall, MatrixTokens } from '../support/access-matrix.js';
import { runSql } from '../support/empty-database.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

let shop: TestShop;
let milk: string;
let ada: string;
let bob: string;
let role: string;
let staff: string;
let tokens: MatrixTokens;
let calls: readonly MatrixCall[];
let count = 0;

beforeAll(async () => {
  shop = await testShop();
  milk = await aProduct(shop, 'Milk', '4.20');
  [ada, bob, staff] = [await aPerson(), await aPerson(), await aPerson()];
  role = await makeStaff(staff);
  tokens = await makeTokens();
  calls = await accessMatrix({
    ask: shop.anonymous,
    document: await openApiOf(shop.app, { title: 'Shop', version: '1' }),
    tokens,
    params: paramOf,
    queries: {
      'GET /registry/search': '?q=milk',
      'GET /registry/typeahead': '?q=milk',
    },
    bodies: bodies(),
  });
}, 300_000);
afterAll(() => shop.stop());

const aPerson = () => aUser(shop, `person-${count++}@example.org`);

/** Everything, by a role of owners; returns another role, which may be given and taken. */
async function makeStaff(principalUuid: string): Promise<string> {
  const identity = shop.app.get(Identity);
  const owner = await identity.createRole({ name: 'owner', owner: true });
  for (const name of allPermissions) {
    const permission = await identity.createPermission({ name });
    await identity.grant({ roleUuid: owner.uuid, permissionUuid: permission.uuid });
  }
  await identity.assign({ principalUuid, roleUuid: owner.uuid });
  return (await identity.createRole({ name: 'helper' })).uuid;
}

const keyOf = (principalUuid: string, scopes: readonly string[] = allPermissions) =>
  shop.app.get(ApiKeys).create({ name: 'test', scopes: [...scopes], principalUuid });

async function makeTokens(): Promise<MatrixTokens> {
  const [revoked, expired] = [await keyOf(staff), await keyOf(staff)];
  await shop.app.get(ApiKeys).revoke(revoked.key.uuid);
  await runSql(
    shop.databaseUrl,
    `UPDATE dual_id.api_keys SET created_at = now() - interval '2 days',
       expires_at = now() - interval '1 day' WHERE uuid = '${expired.key.uuid}'`,
  );
  const { token: owner } = await keyOf(ada);
  return {
    none: undefined,
    garbage: owner.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')),
    revoked: revoked.token,
    expired: expired.token,
    narrow: (await keyOf(staff, ['tea:make'])).token,
    stranger: (await keyOf(bob)).token,
    owner,
    staff: (await keyOf(staff)).token,
  };
}

const lines = () => [{ productUuid: milk, quantity: 1 }];

const bodies = (): Record<string, object | (() => Promise<object>)> => ({
  'POST /products': { name: 'Tea', price: '1.00', department: 'produce', aisle: 'fresh-fruits' },
  'PATCH /products/{productUuid}': { price: '2.00' },
  'POST /users': async () => ({
    firstName: 'Cleo',
    lastName: 'Byron',
    email: `new-${count++}@example.org`,
  }),
  'PATCH /users/{userUuid}': { city: 'Rome' },
  'POST /carts': { userUuid: ada },
  'POST /carts/claims': async () => ({
    token: (await shop.anonymous('POST', '/carts/guests')).body.token,
  }),
  'POST /carts/{cartUuid}/items': lines()[0]!,
  'PUT /carts/{cartUuid}/items/{productUuid}': { quantity: 2 },
  'POST /orders': { userUuid: ada, items: lines() },
  'POST /orders/{orderUuid}/items': { items: lines() },
  'POST /orders/{orderUuid}/status': { status: 'processing' },
  'POST /orders/{orderUuid}/cancel': {},
  'POST /orders/{orderUuid}/return': {},
  'POST /users/{userUuid}/orders': { items: lines() },
  'POST /registry/resolve': { uuids: [milk] },
  'PUT /registry/{uuid}/relations/{relation}/{toUuid}': { metadata: { note: 'x' } },
  'POST /keys': { name: 'x', scopes: [] },
  'POST /keys/{keyUuid}/rotate': {},
});

/** Things of Ada, a new one each time where a request may use it up. */
async function paramOf(name: string, operation: string): Promise<string> {
  switch (name) {
    case 'productUuid':
      return operation.startsWith('DELETE /products') ? aProduct(shop, 'Gone', '1.00') : milk;
    case 'slug':
      return operation.includes('aisles') ? 'ice-cream' : 'frozen';
    case 'userUuid':
      if (operation === 'GET /users/{userUuid}/cart') await aFilledCart();
      return operation === 'DELETE /users/{userUuid}' ? aPerson() : ada;
    case 'cartUuid':
      return aFilledCart();
    case 'orderUuid':
      return anOrder(operation.endsWith('/return'));
    case 'roleUuid':
      return aRole(operation);
    case 'keyUuid':
      return (await keyOf(ada, [])).key.uuid;
    case 'relation':
      return 'linked';
    case 'toUuid':
      return milk;
    default:
      return related();
  }
}

async function anOrder(isDelivered = false): Promise<string> {
  const placed = await shop.ask('POST', `/users/${ada}/orders`, { body: { items: lines() } });
  const { uuid } = placed.body;
  for (const status of isDelivered ? ['processing', 'shipped', 'delivered'] : []) {
    await shop.ask('POST', `/orders/${uuid}/status`, { body: { status } });
  }
  return uuid;
}

async function aFilledCart(): Promise<string> {
  const { uuid } = (await shop.ask('POST', `/users/${ada}/cart`)).body;
  await shop.ask('POST', `/carts/${uuid}/items`, { body: lines()[0] });
  return uuid;
}

async function aRole(operation: string): Promise<string> {
  const pair = { principalUuid: ada, roleUuid: role };
  if (operation.startsWith('DELETE')) await shop.app.get(Identity).assign(pair);
  return role;
}

async function related(): Promise<string> {
  const uuid = await anOrder();
  await shop.app
    .get(RelationsService, { strict: false })
    .relateMany([{ fromUuid: uuid, relation: 'linked', toUuid: milk }]);
  return uuid;
}

describe('the shop', () => {
  test('lets every caller do on every route what its description says, and no more', () => {
    expect(surprises(calls)).toEqual([
      // Each request erases another person, none of whom is the owner.
      'DELETE /users/{userUuid} as owner: 404, not 2xx',
      // Whoever writes in the name of the owner names a person who does not exist for them.
      'POST /orders as stranger: 422, not 2xx',
      'POST /carts as stranger: 422, not 2xx',
    ]);
  });

  test('is asked by every caller on every route', () => {
    expect(calls.length).toBeGreaterThan(60 * 8);
    expect(new Set(calls.map(({ caller }) => caller)).size).toBe(8);
  });
});
