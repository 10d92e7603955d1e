import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import { describeWhere } from '../../support/conditions.js';
import type { Workbench } from './workbench.js';
import { figures, workbench } from './workbench.js';

const folder = resolve(process.env['INSTACART_DATA'] ?? '../shared/instacart');
const hasData = existsSync(resolve(folder, 'orders.csv'));

describeWhere(hasData, 'instacart')('the Instacart sample', () => {
  let bench: Workbench;
  beforeAll(async () => {
    bench = await workbench();
  });
  afterAll(async () => bench.close());

  const run = () => importFolder({ database: bench.url, plan: instacart, folder });

  test('loads without a reject', async () => {
    const report = await run();
    expect(figures(report)).toEqual({
      'departments.csv': [21, 21, 0, 0],
      'aisles.csv': [134, 134, 0, 0],
      'products.csv': [49_688, 49_688, 0, 0],
      'users.csv': [300, 300, 0, 0],
      'orders.csv': [5367, 5367, 0, 0],
      'order_products__prior.csv': [48_171, 48_171, 0, 0],
      'order_status_history.csv': [22_215, 22_215, 0, 0],
    });
    expect(report.rejectsFile).toBeNull();
  });

  test('numbers the orders of a user and the items of an order without gaps', async () => {
    const gaps = (table: string, owner: string, number: string) =>
      bench.value(`SELECT count(*)::int FROM (SELECT ${owner} FROM ${table} GROUP BY ${owner}
        HAVING min(${number}) <> 1 OR max(${number}) <> count(*)) t`);
    expect(await gaps('orders', 'user_id', 'number')).toBe(0);
    expect(await gaps('order_items', 'order_id', 'add_to_cart_order')).toBe(0);
    expect(
      await bench.value(
        `SELECT count(*)::int FROM orders WHERE (number = 1) <> (days_since_prior_order IS NULL)`,
      ),
    ).toBe(0);
  });

  test('tells a reordered product from a new one as the orders before do', async () => {
    const wrong = await bench.value(`SELECT count(*)::int FROM (
      SELECT i.reordered, row_number() OVER (
        PARTITION BY o.user_id, i.product_id ORDER BY o.number) > 1 AS derived
      FROM order_items i JOIN orders o ON o.id = i.order_id) t WHERE reordered <> derived`);
    expect(wrong).toBe(0);
  });

  test('reads the quotes in product names, and no stray backslash', async () => {
    expect(
      await bench.rows(`SELECT count(*) FILTER (WHERE name ~ '"')::int AS quotes,
        count(*) FILTER (WHERE strpos(name, '\\') > 0)::int AS backslashes,
        max(name) FILTER (WHERE id = 105) AS bakeware FROM products`),
    ).toEqual([
      { quotes: 120, backslashes: 0, bakeware: 'Easy Grab 9"x13" Oblong Glass Bakeware' },
    ]);
  });

  test('finds everything already there when it is imported again', async () => {
    const uuids = `SELECT md5(string_agg(uuid::text, ',' ORDER BY id)) FROM products`;
    const before = await bench.value(uuids);
    const report = await run();
    for (const { rowsIn, loaded, rejected, alreadyThere } of report.files) {
      expect([loaded, rejected, alreadyThere]).toEqual([0, 0, rowsIn]);
    }
    expect(await bench.value(uuids)).toBe(before);
  });
});
