import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrawlReport } from 'nest-dual-id/testing';
import { plantCanaries } from 'nest-dual-id/testing';
import { inspectApplication } from '../../src/features/testing/expect-no-internal-ids.js';
import { allPermissions, shopRoles } from '../../src/shop/access/permissions.js';
import { shopErrorCodes } from '../../src/shop/shop-errors.js';
import { urlAs } from '../support/roles.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, keyFor, staffKey, testShop } from '../support/shop.js';

let shop: TestShop;
const headersOf: Record<string, Record<string, string>> = { nobody: {} };

beforeAll(async () => {
  shop = await testShop({}, async (url) => urlAs('owner', url));
  await plantCanaries(shop.databaseUrl);
  const products = [await aProduct(shop, 'Milk', '4.20'), await aProduct(shop, 'Bread')];
  const items = [{ productUuid: products[0], quantity: 1 }];
  for (const name of ['customer', 'stranger', 'clerk']) {
    const uuid = await aUser(shop, `${name}@example.org`);
    for (const _ of [1, 2, 3]) await shop.ask('POST', `/users/${uuid}/orders`, { body: { items } });
    const cart = (await shop.ask('POST', `/users/${uuid}/cart`)).body.uuid;
    await shop.ask('POST', `/carts/${cart}/items`, { body: items[0] });
    headersOf[name] =
      name === 'clerk'
        ? await staffKey(shop, uuid, shopRoles.clerk)
        : await keyFor(shop.app, { scopes: allPermissions, principalUuid: uuid });
  }
  const { token } = (await shop.anonymous('POST', '/carts/guests')).body;
  headersOf['guest'] = { authorization: `Bearer ${token}` };
});
afterAll(() => shop.stop());

/** What would end the crawl's own credentials. */
const skip = {
  'DELETE /keys/{keyUuid}': 'would revoke the key of the crawl',
  'POST /keys/{keyUuid}/rotate': 'would end the key of the crawl',
  'DELETE /users/{userUuid}': 'would erase the person of the crawl',
};

async function crawlAs(role: string): Promise<CrawlReport> {
  const report = await inspectApplication(shop.app, {
    headers: headersOf[role]!,
    skip,
    codes: shopErrorCodes,
    limits: { requests: 10_000, seconds: 100 },
  });
  // A role is refused much of what is right for others; what leaves is judged, not whether it may.
  return { ...report, findings: report.findings.filter(({ where }) => where !== 'status') };
}

test.each([
  ['nobody', []],
  ['guest', []],
  ['customer', ['GET /orders', 'GET /carts', 'GET /registry/{uuid}/history']],
  ['clerk', ['GET /users', 'GET /orders', 'GET /registry/search']],
])(
  'no internal id leaves the shop towards %s',
  async (role, read) => {
    const report = await crawlAs(role);
    expect(report.findings).toEqual([]);
    const met = report.routes.filter(({ succeeded }) => succeeded > 0).map(({ route }) => route);
    expect(met).toEqual(expect.arrayContaining(['GET /products', ...read]));
  },
  120_000,
);
