import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { statementsOf } from '../support/library/library.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

const many = 50;
let shop: TestShop;
let products: string[];
let users = 0;

beforeAll(async () => {
  shop = await testShop();
  const names = Array.from({ length: many + 1 }, (_, index) => `Product ${index}`);
  products = await Promise.all(names.map((name) => aProduct(shop, name, '1.50')));
});
afterAll(() => shop.stop());

interface Filled {
  readonly user: string;
  readonly cart: string;
}

/** The cart of a new user with so many lines. */
async function cartOf(lines: number): Promise<Filled> {
  const user = await aUser(shop, `counted-${users++}@example.org`);
  const cart = (await shop.ask('POST', `/users/${user}/cart`)).body.uuid as string;
  await shop.app.get(DataSource).query(
    `INSERT INTO cart_items (cart_id, product_id, quantity)
     SELECT c.id, p.id, 1 FROM carts c, products p WHERE c.uuid = $1 AND p.uuid = ANY ($2)`,
    [cart, products.slice(0, lines)],
  );
  return { user, cart };
}

type Call = (filled: Filled) => Parameters<TestShop['ask']>;

/** How many statements reach the server for a request about a cart with so many lines. */
async function statementCount(call: Call, lines: number): Promise<number> {
  const filled = await cartOf(lines);
  let status = 0;
  const texts = await statementsOf({ dataSource: shop.app.get(DataSource) }, async () => {
    status = (await shop.ask(...call(filled))).status;
  });
  expect(status).toBeLessThan(300);
  return texts.length;
}

const first = () => products[0]!;
const another = () => products.at(-1)!;
/** One statement of each write tells the log who makes it. */
const calls: [string, number, Call][] = [
  ['reading it', 1, ({ cart }) => ['GET', `/carts/${cart}`]],
  ["reading it as its user's", 2, ({ user }) => ['GET', `/users/${user}/cart`]],
  ['opening it again', 6, ({ user }) => ['POST', `/users/${user}/cart`]],
  [
    'adding a product',
    6,
    ({ cart }) => ['POST', `/carts/${cart}/items`, { body: { productUuid: another() } }],
  ],
  [
    'adding more of a product',
    6,
    ({ cart }) => ['POST', `/carts/${cart}/items`, { body: { productUuid: first() } }],
  ],
  [
    'setting a quantity',
    6,
    ({ cart }) => ['PUT', `/carts/${cart}/items/${first()}`, { body: { quantity: 7 } }],
  ],
  ['removing a line', 6, ({ cart }) => ['DELETE', `/carts/${cart}/items/${first()}`]],
  ['removing all lines', 6, ({ cart }) => ['DELETE', `/carts/${cart}/items`]],
  ['its checkout', 13, ({ cart }) => ['POST', `/carts/${cart}/checkout`]],
];

describe('a cart, whether it has 1 line or 50,', () => {
  test.each(calls)('takes the same few statements for %s', async (_what, most, call) => {
    const ofOne = await statementCount(call, 1);
    expect(await statementCount(call, many)).toBe(ofOne);
    expect(ofOne).toBeLessThanOrEqual(most);
  });
});

describe('the counts of departments', () => {
  test('are read without reading any product', async () => {
    const texts = await statementsOf({ dataSource: shop.app.get(DataSource) }, () =>
      shop.ask('GET', '/departments'),
    );
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('product_count');
    expect(texts[0]).not.toContain('products');
  });
});
