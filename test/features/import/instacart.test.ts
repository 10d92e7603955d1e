import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { slugOf } from 'nest-dual-id';
import { instacart } from '../../../src/shop/import/instacart.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

describe('the shop plan', () => {
  test('keeps historical ids and gives fresh random public ids', async () => {
    const report = await bench.import(instacart, smallShop);
    expect(figures(report)).toEqual({
      'departments.csv': [2, 2, 0, 0],
      'aisles.csv': [2, 2, 0, 0],
      'products.csv': [2, 2, 0, 0],
      'users.csv': [2, 2, 0, 0],
      'orders.csv': [3, 3, 0, 0],
      'order_products__prior.csv': [2, 2, 0, 0],
      'order_products__train.csv': [2, 2, 0, 0],
    });
    expect(report.rejectsFile).toBeNull();
    expect(await bench.rows('SELECT id, user_id, number FROM orders ORDER BY id')).toEqual([
      { id: '122', user_id: '7', number: 1 },
      { id: '123', user_id: '347', number: 1 },
      { id: '3420928', user_id: '7', number: 2 },
    ]);
    const versions = `SELECT count(DISTINCT uuid)::int FROM orders WHERE substr(uuid::text, 15, 1) = '4'`;
    expect(await bench.value(versions)).toBe(3);
  });

  test('enrols every row under its name', async () => {
    await bench.import(instacart, smallShop);
    const passports = await bench.rows(
      `SELECT platform_type_id AS type, entity_id AS id, name FROM dual_id.passports ORDER BY 1, 2`,
    );
    expect(passports).toHaveLength(7);
    expect(passports[0]).toEqual({ type: 30, id: '7', name: 'Ada Byron' });
    expect(passports[3]).toEqual({
      type: 31,
      id: '105',
      name: 'Easy Grab 9"x13" Oblong Glass Bakeware',
    });
  });

  test('fills what the files do not hold', async () => {
    await bench.import(instacart, smallShop);
    expect(await bench.rows(`SELECT name, slug FROM aisles ORDER BY id`)).toEqual([
      { name: 'prepared soups salads', slug: 'prepared-soups-salads' },
      { name: 'fresh dips & tapenades', slug: 'fresh-dips-tapenades' },
    ]);
    expect(
      await bench.rows(
        `SELECT status, day_of_week, hour_of_day, days_since_prior_order FROM orders ORDER BY id`,
      ),
    ).toEqual([
      { status: 'delivered', day_of_week: 3, hour_of_day: 10, days_since_prior_order: null },
      { status: 'delivered', day_of_week: 6, hour_of_day: 0, days_since_prior_order: null },
      { status: 'delivered', day_of_week: 0, hour_of_day: 23, days_since_prior_order: 14 },
    ]);
    expect(await bench.rows(`SELECT * FROM order_items WHERE order_id = 3420928`)).toEqual([
      {
        order_id: '3420928',
        product_id: '1',
        unit_price: null,
        quantity: 1,
        add_to_cart_order: 1,
        reordered: true,
      },
    ]);
  });

  test('starts new ids behind the history', async () => {
    await bench.import(instacart, smallShop);
    const next = (table: string) =>
      bench.value(`SELECT nextval(pg_get_serial_sequence('${table}', 'id'))`);
    expect(await next('users')).toBe('400000');
    expect(await next('products')).toBe('100000');
    expect(await next('orders')).toBe('3422000');
    expect(await next('departments')).toBe('1000');
  });

  test('keeps every other character of a name, backslashes among them', async () => {
    const names = [
      String.raw`C:\new\tale`,
      String.raw`\.`,
      String.raw`\N`,
      ' spaced\tout ',
      '½ Käse 🧀',
    ];
    const rows = names.map((name, index) => `${index + 200},${name},1,1\n`);
    const products = `${smallShop['products.csv']}${rows.join('')}300,"${names[0]}\\",1,1\n`;
    const report = await bench.import(instacart, shopWith({ 'products.csv': products }));
    expect(report.rejectsFile).toBeNull();
    const kept = await bench.rows('SELECT name FROM products WHERE id >= 200 ORDER BY id');
    expect(kept.map(({ name }) => name)).toEqual([...names, `${names[0]}\\`]);
  });

  test('takes a file without rows', async () => {
    const header = 'order_id,product_id,add_to_cart_order,reordered';
    const report = await bench.import(instacart, shopWith({ 'order_products__prior.csv': header }));
    expect(figures(report)['order_products__prior.csv']).toEqual([0, 0, 0, 0]);
  });

  test('makes the same slugs as slugOf', async () => {
    const names = ['Meat & Seafood', 'ﬁne Ⅷ½', '  Ünïcode—dash  ', 'a__b', 'ÇA ÌŞ', 'K (Kelvin)'];
    const rows = names.map((name, index) => `${index + 1},"${name}"`);
    await bench.import(
      instacart,
      shopWith({ 'departments.csv': `department_id,department\n${rows.join('\n')}\n` }),
    );
    const slugs = await bench.rows('SELECT name, slug FROM departments ORDER BY id');
    expect(slugs).toEqual(names.map((name) => ({ name, slug: slugOf(name) })));
  });
});

describe('prices', () => {
  test('come from the file where it has them, and go into the items', async () => {
    const products =
      'price,product_name,department_id,product_id,aisle_id\n2.50,Cookies,2,1,1\n,Bakeware,1,105,2\n';
    await bench.import(instacart, shopWith({ 'products.csv': products }));
    expect(await bench.rows('SELECT id, price FROM products ORDER BY id')).toEqual([
      { id: '1', price: '2.50' },
      { id: '105', price: null },
    ]);
    expect(
      await bench.rows('SELECT product_id AS id, unit_price FROM order_items WHERE order_id = 122'),
    ).toEqual([
      { id: '1', unit_price: '2.50' },
      { id: '105', unit_price: null },
    ]);
  });

  test('are made up on request: from 1.00 to 15.00, the same every time', async () => {
    const products =
      'product_id,product_name,aisle_id,department_id,price\n1,Cookies,1,2,2.5\n105,Bakeware,2,1,\n';
    const many = Array.from({ length: 3000 }, (_, index) => `${index + 200},P${index},1,1,`);
    const files = shopWith({ 'products.csv': `${products}${many.join('\n')}\n` });
    await bench.import(instacart, files, { prices: 'seeded' });
    expect(await bench.rows('SELECT id, price FROM products WHERE id < 200 ORDER BY id')).toEqual([
      { id: '1', price: '2.50' },
      { id: '105', price: '8.02' },
    ]);
    expect(
      await bench.rows(
        `SELECT min(price), max(price), count(DISTINCT price)::int FROM products WHERE id >= 200`,
      ),
    ).toEqual([{ min: '1.00', max: '15.00', count: 1401 }]);
    const again = await bench.import(instacart, files, { prices: 'seeded' });
    expect(figures(again)['products.csv']).toEqual([3002, 0, 0, 3002]);
  });

  test('are a choice with known values', async () => {
    const wrong = bench.import(instacart, smallShop, { prices: 'random' });
    await expect(wrong).rejects.toThrow('knows only seeded for prices, not random');
  });
});

describe('without users.csv', () => {
  test('users of good orders are made up, and the report says so', async () => {
    const orders = `${smallShop['orders.csv']}124,900,prior,1,9,0,\n125,500000,prior,1,1,0,\n126,0,prior,1,1,0,\n`;
    const report = await bench.import(
      instacart,
      shopWith({ 'users.csv': null, 'orders.csv': orders }),
    );
    expect(report.notes).toContain(
      'users.csv is absent: 2 rows of users were made with placeholder values.',
    );
    expect(report.tables.find(({ table }) => table === 'users')).toMatchObject({ placeholders: 2 });
    // The address is seen outside, so that it must not hold the historical id.
    const standIn: unknown = expect.stringMatching(
      /^user-[0-9a-f]{8}-[0-9a-f-]{27}@example\.invalid$/,
    );
    expect(
      await bench.rows(`SELECT id, first_name, last_name, email FROM users ORDER BY id`),
    ).toEqual([
      { id: '7', first_name: 'Historical', last_name: 'Customer', email: standIn },
      {
        id: '347',
        first_name: 'Historical',
        last_name: 'Customer',
        email: standIn,
      },
    ]);
    expect(await rejectsOf(report)).toEqual([
      'orders.csv,5,order_dow is above 6,"124,900,prior,1,9,0,"',
      'orders.csv,6,user_id refers to a row that is not in users,"125,500000,prior,1,1,0,"',
      'orders.csv,7,user_id refers to a row that is not in users,"126,0,prior,1,1,0,"',
    ]);
  });

  test('a second import makes nobody up again', async () => {
    const files = shopWith({ 'users.csv': null });
    await bench.import(instacart, files);
    const uuids = await bench.rows('SELECT id, uuid FROM users ORDER BY id');
    const report = await bench.import(instacart, files);
    expect(report.tables.find(({ table }) => table === 'users')).toMatchObject({ placeholders: 0 });
    expect(await bench.rows('SELECT id, uuid FROM users ORDER BY id')).toEqual(uuids);
  });
});
