import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { statementsOf } from '../support/library/library.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

let shop: TestShop;
let users: string[];
let products: string[];
let unpriced: string;

beforeAll(async () => {
  shop = await testShop();
  const names = Array.from({ length: 10 }, (_, at) => `Together ${at}`);
  products = await Promise.all(names.map((name) => aProduct(shop, name, '1.50')));
  unpriced = await aProduct(shop, 'No price yet');
  const emails = Array.from({ length: 20 }, (_, at) => `together-${at}@example.org`);
  users = await Promise.all(emails.map((email) => aUser(shop, email)));
});
afterAll(() => shop.stop());

const placing = (userUuid: string, named = products) => {
  const items = named.map((productUuid, at) => ({ productUuid, quantity: at + 1 }));
  return shop.ask('POST', '/orders', { body: { userUuid, items } });
};

describe('orders that are placed at the same time', () => {
  test('share their statements, and each gets its own response', async () => {
    let answers: Awaited<ReturnType<typeof placing>>[] = [];
    const texts = await statementsOf({ dataSource: shop.app.get(DataSource) }, async () => {
      answers = await Promise.all(users.map((user) => placing(user)));
    });
    expect(texts.length).toBeLessThan(2 * users.length);
    for (const [at, { status, headers, body }] of answers.entries()) {
      expect(status).toBe(201);
      expect(headers['etag']).toMatch(/^"1-/);
      expect(body).toMatchObject({ userUuid: users[at], number: 1, total: '82.50' });
      const lines = (body.items as { productUuid: string }[]).map(({ productUuid }) => productUuid);
      expect(lines).toEqual(products);
      expect(body.items[0]).toMatchObject({ quantity: 1, reordered: false, addToCartOrder: 1 });
    }
  });

  test('are placed even if some of them are refused', async () => {
    const nobody = products[0]!;
    const answers = await Promise.all([
      ...users.map((user) => placing(user)),
      placing(users[0]!, [products[0]!, unpriced]),
      placing(nobody),
    ]);
    expect(answers.slice(0, -2).every(({ status }) => status === 201)).toBe(true);
    expect(answers.slice(-2)).toMatchObject([
      { status: 422, body: { code: 'not_orderable' } },
      { status: 422, body: { code: 'missing_reference', errors: [{ pointer: '/userUuid' }] } },
    ]);
    const numbers = answers.slice(0, -2).map(({ body }) => body.number as number);
    expect(numbers).toEqual(users.map(() => 2));
    expect(answers[1]!.body.items[0].reordered).toBe(true);
  });

  test('do not wait for the order of a user locked by another session', async () => {
    const runner = shop.app.get(DataSource).createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT 1 FROM users WHERE uuid = $1 FOR UPDATE', [users[0]]);
    let isPlaced = false;
    const held = placing(users[0]!).finally(() => (isPlaced = true));
    const others = await Promise.all(users.slice(1).map((user) => placing(user)));
    expect(others.every(({ status }) => status === 201)).toBe(true);
    expect(isPlaced).toBe(false);
    await runner.commitTransaction();
    await runner.release();
    expect((await held).body.number).toBe(3);
  });
});

describe('an order on its own', () => {
  test('takes six statements and one read, whether it has 1 line or 10', async () => {
    const count = async (named: string[]) => {
      const dataSource = shop.app.get(DataSource);
      return (await statementsOf({ dataSource }, () => placing(users[0]!, named))).length;
    };
    expect(await count(products)).toBe(await count(products.slice(0, 1)));
    expect(await count(products)).toBeLessThanOrEqual(7);
  });
});
