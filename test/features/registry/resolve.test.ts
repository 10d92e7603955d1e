import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RegistryService } from 'nest-dual-id/registry';
import { runSql } from '../../support/empty-database.js';
import type { TestShop } from '../../support/shop.js';
import { aProduct, aUser, testShop } from '../../support/shop.js';

let shop: TestShop;
const known: Record<string, string> = {};
beforeAll(async () => {
  shop = await testShop();
  known['user'] = await aUser(shop, 'ada@example.org');
  known['product'] = await aProduct(shop, 'Basil', '1.50');
  const order = { items: [{ productUuid: known['product'], quantity: 1 }] };
  known['order'] = (
    await shop.ask('POST', `/users/${known['user']}/orders`, { body: order })
  ).body.uuid;
});
afterAll(() => shop.stop());

const nobody = '0b8b2f6c-4f0e-4c55-9a43-5d0f3f3a1c9e';
const resolve = (uuid: string) => shop.ask('GET', `/resolve/${uuid}`);
const sql = (text: string) => runSql<{ uuid: string }>(shop.databaseUrl, text);

describe('GET /resolve/:uuid', () => {
  test.each(['user', 'product', 'order'])('shows what a %s is and where it is', async (type) => {
    const { status, body } = await resolve(known[type]!);
    const href = `/${type}s/${known[type]}`;
    expect([status, body]).toEqual([200, { uuid: known[type], type, status: 'active', href }]);
    expect((await shop.ask('GET', href)).body.uuid).toBe(known[type]);
  });

  test('accepts a public id in either case', async () => {
    const { body } = await resolve(known['user']!.toUpperCase());
    expect(body).toMatchObject({ uuid: known['user'], type: 'user' });
  });

  test('returns no address for a kind of entity that no route reads', async () => {
    await sql(`INSERT INTO dual_id.platform_types (id, name, guid) VALUES (999, 'parcel', true)`);
    const [parcel] = await sql(`INSERT INTO dual_id.passports (uuid, platform_type_id, guid)
      VALUES ('01890a5d-ac96-774b-bcce-b302099a8057', 999, true) RETURNING uuid`);
    const { body } = await resolve(parcel!.uuid);
    expect(body).toEqual({ uuid: parcel!.uuid, type: 'parcel', status: 'active', href: null });
  });

  test('shows that an entity is archived', async () => {
    const uuid = await aProduct(shop, 'Parsley', '1.50');
    await sql(`UPDATE dual_id.passports SET status = 'archived' WHERE uuid = '${uuid}'`);
    expect((await resolve(uuid)).body).toMatchObject({ status: 'archived' });
  });

  test('returns 404 for an unknown public id', async () => {
    const { status, body } = await resolve(nobody);
    expect([status, body.code]).toEqual([404, 'not_found']);
  });

  test('returns 410 for an entity that was deleted', async () => {
    const uuid = await aProduct(shop, 'Sage', '1.50');
    await sql(`DELETE FROM products WHERE uuid = '${uuid}'`);
    const { status, body } = await resolve(uuid);
    expect([status, body.code]).toEqual([410, 'gone']);
    expect(JSON.stringify(body)).not.toContain('Sage');
  });

  test.each([
    ['a number', '42'],
    ['a negative number', '-1'],
    ['a word', 'basil'],
    ['Nil', '00000000-0000-0000-0000-000000000000'],
    ['Max', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['a UUID with a tail', `${nobody}x`],
    ['a UUID without hyphens', nobody.replaceAll('-', '')],
    ['a UUID in braces', `%7B${nobody}%7D`],
  ])('returns 400 for %s', async (_what, text) => {
    const { status, body } = await resolve(text);
    expect([status, body.code]).toEqual([400, 'malformed_public_id']);
  });

  test('never shows a name, an internal id or a time', async () => {
    const { body } = await resolve(known['user']!);
    expect(Object.keys(body).sort()).toEqual(['href', 'status', 'type', 'uuid']);
    expect(JSON.stringify(body)).not.toMatch(/Ada|Byron|4000\d\d/);
  });
});

test('the registry returns the same inside the application as over HTTP', async () => {
  const registry = shop.app.get(RegistryService, { strict: false });
  type Uuid = Parameters<typeof registry.resolve>[0];
  const { body } = await resolve(known['order']!);
  expect(await registry.resolve(known['order'] as Uuid)).toEqual(body);
  const unknown = registry.resolve(nobody as Uuid);
  await expect(unknown).rejects.toMatchObject({ code: 'not_found' });
});
