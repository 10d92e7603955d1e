import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runSql } from '../../support/empty-database.js';
import type { TestShop } from '../../support/shop.js';
import { aProduct, aUser, testShop } from '../../support/shop.js';

let shop: TestShop;
let user: string;
let product: string;
beforeAll(async () => {
  shop = await testShop();
  user = await aUser(shop, 'ada@example.org');
  product = await aProduct(shop, 'Basil', '1.50');
});
afterAll(() => shop.stop());

const get = (path: string) => shop.ask('GET', path);
const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';

describe('the registry over HTTP', () => {
  test('lists, finds and counts entities, with their addresses', async () => {
    const basil = { uuid: product, type: 'product', name: 'Basil', status: 'active' };
    const entry = { ...basil, href: `/products/${product}` };
    const list = await get('/registry/entities?type=product&sort=name&limit=1');
    expect([list.status, list.body]).toMatchObject([200, { items: [entry], nextCursor: null }]);
    const found = await get('/registry/search?q=bas');
    expect(found.body).toMatchObject({ items: [{ ...entry, match: 'prefix' }], capped: false });
    expect((await get('/registry/typeahead?q=BAS')).body.items).toMatchObject([entry]);
    expect((await get('/registry/search')).body.items).toEqual([]);
    const { items } = (await get('/registry/counts')).body;
    expect(items).toContainEqual({ type: 'user', active: 1, archived: 0, deleted: 0 });
  });

  test.each([
    'registry/entities?nonsense=1',
    'registry/entities?status=deleted',
    'registry/entities?sort=id',
    'registry/entities?limit=101',
    'registry/search?q=a&type=nonsense',
    'registry/typeahead?q=a&type=nonsense',
    'registry/entities?type=nonsense',
    'registry/search?q=a&q=b',
    `registry/search?q=${'a'.repeat(201)}`,
    'registry/search?q=%00',
    'registry/counts?x=1',
  ])('refuses %s', async (path) => {
    const { status, body } = await get(`/${path}`);
    expect([status, body.code]).toEqual([400, 'invalid_query']);
  });

  test('never finds a person who was erased', async () => {
    const gone = await aUser(shop, 'grace@example.org');
    const [{ name }] = (await runSql<{ name: string }>(
      shop.databaseUrl,
      `SELECT name FROM dual_id.passports WHERE uuid = '${gone}'`,
    )) as [{ name: string }];
    const isFound = async (q: string) =>
      JSON.stringify((await get(`/registry/search?q=${encodeURIComponent(q)}`)).body).includes(
        gone,
      );
    expect(await isFound(name)).toBe(true);
    expect((await shop.ask('DELETE', `/users/${gone}`)).status).toBe(204);
    for (const q of [name, name.slice(0, 3), `${name}x`, gone])
      expect(await isFound(q)).toBe(false);
    const lists = ['', '?sort=name', '?type=user', '?status=archived'];
    for (const query of lists) {
      expect(JSON.stringify((await get(`/registry/entities${query}`)).body)).not.toContain(gone);
    }
    const kept = `SELECT 1 FROM dual_id.passports WHERE uuid = '${gone}'
      AND (coalesce(name, search_key, description, natural_key) IS NOT NULL OR search_words IS NOT NULL)`;
    expect(await runSql(shop.databaseUrl, kept)).toEqual([]);
  });
});

describe('POST /registry/resolve', () => {
  test('resolves every public id on its own, in the order of the request', async () => {
    const gone = await aProduct(shop, 'Sage', '1.50');
    await runSql(shop.databaseUrl, `DELETE FROM products WHERE uuid = '${gone}'`);
    const uuids = [nobody, user.toUpperCase(), gone, product, user];
    const { status, body } = await shop.ask('POST', '/registry/resolve', { body: { uuids } });
    const none = { type: null, status: null, href: null };
    const ada = { uuid: user, code: 200, type: 'user', status: 'active', href: `/users/${user}` };
    expect([status, body.items]).toEqual([
      200,
      [
        { uuid: nobody, code: 404, ...none },
        ada,
        { uuid: gone, code: 410, ...none },
        {
          uuid: product,
          code: 200,
          type: 'product',
          status: 'active',
          href: `/products/${product}`,
        },
        ada,
      ],
    ]);
    expect(JSON.stringify(body)).not.toMatch(/Sage|Basil|Ada/);
  });

  test.each([
    ['a number', [nobody, 42], 'malformed_public_id'],
    ['no id', [], 'invalid_body'],
    ['too many ids', Array(101).fill(nobody), 'invalid_body'],
  ])('refuses %s', async (_what, uuids, code) => {
    const { status, body } = await shop.ask('POST', '/registry/resolve', { body: { uuids } });
    expect([status, body.code]).toEqual([400, code]);
  });
});
