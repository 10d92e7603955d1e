import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { aProduct, testShop } from '../support/shop.js';

let shop: TestShop;
beforeAll(async () => {
  shop = await testShop();
  for (const name of ['100% Juice', '100 Gram Bar', 'Lime_Soda', 'Limeade', 'Back\\slash']) {
    await aProduct(shop, name, '1.50');
  }
});
afterAll(() => shop.stop());

async function namesOf(query: string): Promise<string[]> {
  const { body } = await shop.call('GET', `/products?${query}`);
  return body.items.map(({ name }: { name: string }) => name);
}

describe('products', () => {
  test.each([
    ['q=LIME', ['Lime_Soda', 'Limeade']],
    ['q=100%25', ['100% Juice']],
    ['q=e_s', ['Lime_Soda']],
    ['q=%5C', ['Back\\slash']],
    ['q=365', []],
  ])('the search %s takes wildcards as they are', async (query, names) => {
    expect(await namesOf(query)).toEqual(names);
  });

  test('are filtered by the slug of department and aisle', async () => {
    expect(await namesOf('department=produce')).toHaveLength(5);
    expect(await namesOf('department=frozen')).toEqual([]);
    expect(await namesOf('aisle=fresh-fruits&sort=-name&limit=1')).toEqual(['Limeade']);
  });

  test('an unknown department is named by its property', async () => {
    const input = { name: 'Comb', department: 'nowhere', aisle: 'fresh-fruits' };
    const { status, body } = await shop.call('POST', '/products', input);
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'missing_reference', errors: [{ pointer: '/department' }] });
  });

  test('a price keeps its cents and is no float', async () => {
    const uuid = await aProduct(shop, 'Exact', '0.10');
    expect((await shop.call('GET', `/products/${uuid}`)).body.price).toBe('0.10');
    const { status } = await shop.call('PATCH', `/products/${uuid}`, { price: '0.105' });
    expect(status).toBe(400);
  });

  test('a deleted product is gone, and its public id with it', async () => {
    const uuid = await aProduct(shop, 'Short-lived');
    expect((await shop.call('DELETE', `/products/${uuid}`)).status).toBe(204);
    expect((await shop.call('GET', `/products/${uuid}`)).status).toBe(410);
    expect((await shop.call('DELETE', `/products/${uuid}`)).status).toBe(410);
    expect((await shop.call('GET', `/resolve/${uuid}`)).status).toBe(410);
  });

  test('departments and aisles are addressed by slug', async () => {
    const { body } = await shop.call('GET', '/departments/produce');
    expect(body).toEqual({ slug: 'produce', name: 'produce' });
    expect((await shop.call('GET', '/aisles')).body.items).toHaveLength(2);
    expect((await shop.call('GET', '/departments/1')).status).toBe(404);
  });
});
