import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { instacart } from '../../../src/shop/import/instacart.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

const identities = `
  SELECT 'users' AS t, id, uuid FROM users UNION ALL SELECT 'products', id, uuid FROM products
  UNION ALL SELECT 'orders', id, uuid FROM orders ORDER BY 1, 2`;

describe('a second import of the same files', () => {
  test('loads nothing, rejects nothing and changes no public id', async () => {
    await bench.import(instacart, smallShop);
    const before = await bench.rows(identities);
    const report = await bench.import(instacart, smallShop);
    for (const file of report.files) {
      expect([file.file, file.loaded, file.rejected]).toEqual([file.file, 0, 0]);
      expect(file.alreadyThere).toBe(file.rowsIn);
    }
    expect(await bench.rows(identities)).toEqual(before);
    expect(await bench.value('SELECT count(*)::int FROM dual_id.passports')).toBe(7);
  });

  test('loads only what is new', async () => {
    await bench.import(instacart, smallShop);
    const orders = `${smallShop['orders.csv']}124,347,prior,2,1,1,3.0\n`;
    const report = await bench.import(instacart, shopWith({ 'orders.csv': orders }));
    expect(figures(report)['orders.csv']).toEqual([4, 1, 0, 3]);
  });

  test('never moves a sequence back', async () => {
    await bench.import(instacart, smallShop);
    await bench.rows(`SELECT setval(pg_get_serial_sequence('users', 'id'), 400017)`);
    await bench.rows(`SELECT setval(pg_get_serial_sequence('aisles', 'id'), 90)`);
    await bench.import(instacart, smallShop);
    expect(await bench.value(`SELECT nextval(pg_get_serial_sequence('users', 'id'))`)).toBe(
      '400018',
    );
    expect(await bench.value(`SELECT nextval(pg_get_serial_sequence('aisles', 'id'))`)).toBe('91');
  });

  test('rejects a row that says something else than the row that is there', async () => {
    await bench.import(instacart, smallShop);
    await bench.rows(`UPDATE users SET first_name = 'Augusta', city = 'London' WHERE id = 7`);
    await bench.rows(`UPDATE order_items SET reordered = true WHERE order_id = 123`);
    const report = await bench.import(instacart, smallShop);
    expect(await rejectsOf(report)).toEqual([
      'users.csv,2,"differs from what is there: first_name, city","7,Ada,Byron,ada@example.org,,,,05080,"',
      'order_products__train.csv,3,differs from what is there: reordered,"123,105,1,0"',
    ]);
    expect(await bench.value('SELECT first_name FROM users WHERE id = 7')).toBe('Augusta');
  });

  test('does not mind what the shop did to columns no file holds', async () => {
    await bench.import(instacart, smallShop);
    await bench.rows(`UPDATE orders SET status = 'refunded' WHERE id = 122`);
    await bench.rows(`UPDATE products SET price = 9.99`);
    const report = await bench.import(instacart, smallShop);
    expect(report.rejectsFile).toBeNull();
    expect(await bench.value('SELECT status FROM orders WHERE id = 122')).toBe('refunded');
  });
});

describe('imports beside others', () => {
  test('two at once load every row once', async () => {
    const reports = await Promise.all([
      bench.import(instacart, smallShop),
      bench.import(instacart, smallShop),
    ]);
    const loaded = reports.map((report) => figures(report)['orders.csv']);
    expect(loaded.toSorted()).toEqual([
      [3, 0, 0, 3],
      [3, 3, 0, 0],
    ]);
  });

  test('rows with new ids of a running shop stay as they are', async () => {
    await bench.rows(
      `INSERT INTO users (first_name, last_name, email) VALUES ('New', 'Customer', 'NEW@example.org')`,
    );
    const users = `${smallShop['users.csv']}8,Too,Late,new@example.org,,,,,\n`;
    const report = await bench.import(instacart, shopWith({ 'users.csv': users }));
    expect(await rejectsOf(report)).toEqual([
      'users.csv,4,email_address is taken by a row that is there,"8,Too,Late,new@example.org,,,,,"',
    ]);
    expect(await bench.value('SELECT max(id) FROM users')).toBe('400000');
  });
});
