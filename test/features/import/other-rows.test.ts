import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Readable } from 'node:stream';
import { importFolder, importStream } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import { askAlone, importAlone } from './alone.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

const insertAisle = (id: number, name: string) =>
  askAlone(
    bench.url,
    `INSERT INTO aisles (id, name, slug) OVERRIDING SYSTEM VALUE
     VALUES (${id}, '${name}', replace('${name}', ' ', '-'))`,
  );
const productsIn = (aisle: number) =>
  bench.value(`SELECT count(*)::int FROM products WHERE aisle_id = ${aisle}`);

describe('rows that no import brought', () => {
  test.each(['with other sessions', 'alone'])(
    'take no row of a file that refers to their number: %s',
    async (how) => {
      await insertAisle(1, 'crafts');
      const report =
        how === 'alone'
          ? await importAlone(bench, instacart, smallShop)
          : await bench.import(instacart, smallShop);
      expect(await rejectsOf(report)).toEqual([
        'aisles.csv,2,differs from what is there: aisle,"1,prepared soups salads"',
        'products.csv,2,aisle_id refers to a row of aisles that no import brought,"1,Chocolate Sandwich Cookies,1,2"',
        'order_products__prior.csv,2,product_id refers to a row that is not in products,"122,1,1,0"',
        'order_products__train.csv,2,product_id refers to a row that is not in products,"3420928,1,1,1"',
      ]);
      expect(await productsIn(1)).toBe(0);
      expect(await productsIn(2)).toBe(1);
    },
  );

  test('take no row by a unique value, and neither do rows that cannot be read', async () => {
    await insertAisle(1, 'crafts');
    await insertAisle(40, 'fresh dips tapenades');
    const report = await bench.import(
      instacart,
      shopWith({ 'aisles.csv': 'aisle_id,aisle\n1,\n2,fresh dips & tapenades\n' }),
    );
    expect((await rejectsOf(report)).slice(0, 4)).toEqual([
      'aisles.csv,2,aisle is empty,"1,"',
      'aisles.csv,3,slug is taken by a row that is there,"2,fresh dips & tapenades"',
      'products.csv,2,aisle_id refers to a row of aisles that no import brought,"1,Chocolate Sandwich Cookies,1,2"',
      expect.stringContaining('products.csv,3,aisle_id refers to a row that is not in aisles'),
    ]);
    expect(await bench.value('SELECT count(*)::int FROM products')).toBe(0);
  });

  test('take no row of a file that means one which its own table does not bring', async () => {
    await insertAisle(3, 'crafts');
    const products = `${smallShop['products.csv']}106,Glue,3,1\n`;
    const report = await bench.import(instacart, shopWith({ 'products.csv': products }));
    expect(await rejectsOf(report)).toEqual([
      'products.csv,4,aisle_id refers to a row of aisles that no import brought,"106,Glue,3,1"',
    ]);
  });

  test('count where they equal the row of the file in every column', async () => {
    await insertAisle(1, 'prepared soups salads');
    const report = await bench.import(instacart, smallShop);
    expect(report.rejectsFile).toBeNull();
    expect(figures(report)['aisles.csv']).toEqual([2, 1, 0, 1]);
    expect(await productsIn(1)).toBe(1);
  });

  test('take no order of people whose file is absent', async () => {
    await bench.rows(`INSERT INTO users (first_name, last_name, email) VALUES ('A', 'B', 'a@b.c')`);
    const orders = `${smallShop['orders.csv']}124,400000,prior,1,1,1,\n`;
    const report = await bench.import(
      instacart,
      shopWith({ 'users.csv': null, 'orders.csv': orders }),
    );
    expect(await rejectsOf(report)).toEqual([
      'orders.csv,5,user_id refers to a row of users that no import brought,"124,400000,prior,1,1,1,"',
    ]);
  });

  test('are told of before the first row is loaded, with the file of rejected rows', async () => {
    await insertAisle(1, 'crafts');
    const folder = await bench.folder(smallShop);
    const heard: string[] = [];
    const report = await importFolder({
      database: bench.url,
      plan: instacart,
      folder,
      options: { rejects: folder },
      onNote: (note) => heard.push(note),
      onProgress: () => heard.push('progress'),
    });
    expect(heard[0]).toMatch(/^There are rows that no import brought in aisles \(1\)\. /);
    expect(heard[0]).toContain(`Rejected rows go to ${report.rejectsFile}.`);
    expect(heard.slice(1).every((entry) => entry === 'progress')).toBe(true);
    expect(report.notes).toContain(heard[0]);
  });
});

describe('rows that an import brought', () => {
  const later = `${smallShop['orders.csv']}124,7,prior,3,1,1,3.0\n`;

  test.each(['with other sessions', 'alone'])(
    'count although the shop has changed them since: %s',
    async (how) => {
      if (how === 'alone') await importAlone(bench, instacart, smallShop);
      else await bench.import(instacart, smallShop);
      await bench.rows(`UPDATE users SET city = 'London' WHERE id = 7`);
      const report = await bench.import(instacart, shopWith({ 'orders.csv': later }));
      expect(figures(report)['users.csv']).toEqual([2, 0, 1, 1]);
      expect(figures(report)['orders.csv']).toEqual([4, 1, 0, 3]);
    },
  );

  test('count where they were made for a file that comes later', async () => {
    await bench.import(instacart, shopWith({ 'users.csv': null }));
    const report = await bench.import(instacart, shopWith({ 'orders.csv': later }));
    expect(figures(report)['users.csv']).toEqual([2, 0, 2, 0]);
    expect(figures(report)['orders.csv']).toEqual([4, 1, 0, 3]);
  });

  test('count no more once somebody emptied the table', async () => {
    await bench.import(instacart, smallShop);
    await bench.rows('TRUNCATE aisles, products, order_items, cart_items');
    await insertAisle(9, 'crafts');
    await bench.rows('DELETE FROM aisles');
    await bench.import(instacart, shopWith({ 'aisles.csv': 'aisle_id,aisle\n2,x\n' }));
    await insertAisle(1, 'crafts');
    const report = await bench.import(instacart, smallShop);
    expect(await rejectsOf(report)).toContain(
      'products.csv,2,aisle_id refers to a row of aisles that no import brought,"1,Chocolate Sandwich Cookies,1,2"',
    );
  });

  test('are told of by none of the notes, and what is there already stays so', async () => {
    await bench.import(instacart, smallShop);
    const again = await bench.import(instacart, smallShop);
    expect(again.notes).toEqual([expect.stringContaining('order_status_history.csv is absent')]);
    await bench.rows(`DELETE FROM dual_id.imported_files`);
    const unknown = await bench.import(instacart, smallShop);
    expect(unknown.rejectsFile).toBeNull();
    expect(unknown.notes[0]).toContain('aisles (2)');
  });
});

test('one file that comes alone refers to rows that are there, whoever brought them', async () => {
  await bench.import(
    instacart,
    shopWith({
      'products.csv': 'product_id,product_name,aisle_id,department_id\n',
      'order_products__prior.csv': 'order_id,product_id,add_to_cart_order,reordered\n',
      'order_products__train.csv': 'order_id,product_id,add_to_cart_order,reordered\n',
    }),
  );
  await insertAisle(3, 'crafts');
  const text = 'product_id,product_name,aisle_id,department_id\n106,Glue,3,1\n';
  const report = await importStream({
    database: bench.pool,
    plan: instacart,
    file: 'products.csv',
    stream: Readable.from([text]),
  });
  expect(figures(report)).toEqual({ 'products.csv': [1, 1, 0, 0] });
});
