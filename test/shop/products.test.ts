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
  const { body } = await shop.ask('GET', `/products?${query}`);
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

  test('name an unknown department by its property', async () => {
    const input = { name: 'Comb', department: 'nowhere', aisle: 'fresh-fruits' };
    const { status, body } = await shop.ask('POST', '/products', { body: input });
    expect(status).toBe(422);
    expect(body).toMatchObject({ code: 'missing_reference', errors: [{ pointer: '/department' }] });
  });

  test('keep the cents of a price, which is not a float', async () => {
    const uuid = await aProduct(shop, 'Exact', '0.10');
    expect((await shop.ask('GET', `/products/${uuid}`)).body.price).toBe('0.10');
    const { status } = await shop.ask('PATCH', `/products/${uuid}`, { body: { price: '0.105' } });
    expect(status).toBe(400);
  });

  test('that are deleted are gone, and their public ids with them', async () => {
    const uuid = await aProduct(shop, 'Short-lived');
    expect((await shop.ask('DELETE', `/products/${uuid}`)).status).toBe(204);
    expect((await shop.ask('GET', `/products/${uuid}`)).status).toBe(410);
    expect((await shop.ask('DELETE', `/products/${uuid}`)).status).toBe(410);
    expect((await shop.ask('GET', `/resolve/${uuid}`)).status).toBe(410);
  });

  test('are filtered by price, and an unpriced one has none', async () => {
    await aProduct(shop, 'Dear', '90.00');
    await aProduct(shop, 'Priceless');
    expect(await namesOf('minPrice=50')).toEqual(['Dear']);
    expect(await namesOf('maxPrice=0.50')).toEqual(['Exact']);
    expect((await shop.ask('GET', '/products?minPrice=cheap')).status).toBe(400);
    expect((await namesOf('sort=price')).at(-1)).toBe('Priceless');
  });

  test('have departments and aisles addressed by slug', async () => {
    const { body } = await shop.ask('GET', '/departments/produce');
    expect(body).toMatchObject({ slug: 'produce', name: 'produce' });
    expect((await shop.ask('GET', '/aisles')).body.items).toHaveLength(2);
    expect((await shop.ask('GET', '/departments/1')).status).toBe(404);
  });

  test('are counted by department and aisle as they are added, moved and removed', async () => {
    const counts = async () => {
      const { body } = await shop.ask('GET', '/departments?sort=name');
      return body.items.map(({ productCount }: { productCount: number }) => productCount);
    };
    const [frozen, produce] = await counts();
    const uuid = await aProduct(shop, 'Counted');
    expect(await counts()).toEqual([frozen, produce + 1]);
    await shop.ask('PATCH', `/products/${uuid}`, { body: { department: 'frozen', price: '1.00' } });
    expect(await counts()).toEqual([frozen + 1, produce]);
    await shop.ask('DELETE', `/products/${uuid}`);
    expect(await counts()).toEqual([frozen, produce]);
  });
});
