import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { instacart } from '../../../src/shop/import/instacart.js';
import { askAlone, importAlone } from './alone.js';
import { shopWith, smallShop } from './small-shop.js';
import type { Files, Workbench } from './workbench.js';
import { figures, rejectsOf, workbench } from './workbench.js';

let bench: Workbench;
beforeEach(async () => {
  bench = await workbench();
});
afterEach(async () => bench.close());

async function rows(sql: string): Promise<Record<string, unknown>[]> {
  const result = await askAlone(bench.url, sql);
  await delay(300);
  return result;
}

const definitions = `
  SELECT conrelid::regclass::text AS t, conname AS name, pg_get_constraintdef(oid) AS definition,
    convalidated AS detail FROM pg_constraint
  UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text,
    pg_get_indexdef(indexrelid), indisvalid FROM pg_index
  ORDER BY 1, 2, 3`;
const identities = `SELECT oid::int FROM pg_class WHERE relname IN
  ('order_items_product_id_ix', 'orders_created_at_ix', 'order_items_position_uq', 'orders_pk')
  ORDER BY relname`;

const load = (files: Files) => importAlone(bench, instacart, files);

describe('an import into empty tables', () => {
  test('alone, rebuilds indexes and foreign keys and leaves them as they were', async () => {
    const before = await rows(definitions);
    const old = await rows(identities);
    expect(figures(await load(smallShop))['order_products__prior.csv']).toEqual([2, 2, 0, 0]);
    expect(await rows(definitions)).toEqual(before);
    const built = await rows(identities);
    expect(built).toHaveLength(4);
    for (const oid of old) expect(built).not.toContainEqual(oid);
    await load(smallShop);
    expect(await rows(identities)).toEqual(built);
  });

  test('rebuilds the indexes of a registry with hardly any passports', async () => {
    const find = `SELECT 'dual_id.passports_created_at_ix'::regclass::oid::int AS oid`;
    const old = await rows(find);
    await load(smallShop);
    expect(await rows(find)).not.toEqual(old);
    await rows(`INSERT INTO users (first_name, last_name, email)
      SELECT 'Ada', 'Example', n || '@example.org' FROM generate_series(1, 1000) n`);
    const filled = await rows(find);
    await load(smallShop);
    expect(await rows(find)).toEqual(filled);
  });

  test('rebuilds the key that tables refer to, unless a reference has to stay', async () => {
    const find = `SELECT oid::int FROM pg_constraint
      WHERE conname IN ('passports_entity_uq', 'carts_passport_fk') ORDER BY conname`;
    const before = await rows(definitions);
    const old = await rows(find);
    await rows(`COMMENT ON CONSTRAINT carts_passport_fk ON carts IS 'for the returns desk'`);
    await load(smallShop);
    expect(await rows(find)).toEqual(old);
    await rows('COMMENT ON CONSTRAINT carts_passport_fk ON carts IS NULL');
    await load(
      shopWith({ 'departments.csv': 'department_id,department\n1,a\n2,b\n3,c\n4,d\n5,e\n' }),
    );
    for (const oid of old) expect(await rows(find)).not.toContainEqual(oid);
    expect(await rows(definitions)).toEqual(before);
  });

  test('rejects what the missing indexes and keys would refuse', async () => {
    const prior = `${smallShop['order_products__prior.csv']}122,9,3,0\n9,1,1,0\n`;
    const train = `${smallShop['order_products__train.csv']}122,1,7,0\n3420928,105,1,0\n`;
    const report = await load(
      shopWith({ 'order_products__prior.csv': prior, 'order_products__train.csv': train }),
    );
    expect(await rejectsOf(report)).toEqual([
      'order_products__prior.csv,4,product_id refers to a row that is not in products,"122,9,3,0"',
      'order_products__prior.csv,5,order_id refers to a row that is not in orders,"9,1,1,0"',
      'order_products__train.csv,4,differs from what is there: add_to_cart_order,"122,1,7,0"',
      expect.stringMatching(
        /^order_products__train\.csv,5,"?repeats line 2: order_id, add_to_cart_order/,
      ),
    ]);
  });

  test('that fails leaves them as they were, too', async () => {
    const before = await rows(`${definitions}, 4`);
    const old = await rows(identities);
    await rows(
      "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
    );
    await rows('CREATE TRIGGER stop BEFORE INSERT ON order_items EXECUTE FUNCTION stop()');
    await expect(load(smallShop)).rejects.toThrow(
      'Nothing of order_products__prior.csv was loaded, and the table order_items is as it was.',
    );
    await rows('DROP TRIGGER stop ON order_items');
    expect(await rows(`${definitions}, 4`)).toEqual(before);
    // The other indexes are those of orders, which were loaded before.
    expect((await rows(identities)).slice(0, 2)).toEqual(old.slice(0, 2));
  });

  test('beside another session leaves the indexes where they are', async () => {
    const old = await bench.rows(identities);
    await load(smallShop);
    expect(await bench.rows(identities)).toEqual(old);
  });

  test('keeps a key that a view depends on, and rebuilds the others', async () => {
    await rows(`CREATE VIEW order_ages AS SELECT o.id, now() - o.created_at AS age
      FROM orders o JOIN order_items i ON i.order_id = o.id GROUP BY o.id`);
    const find = (name: string) => rows(`SELECT '${name}'::regclass::oid::int AS oid`);
    const [key, index] = [await find('orders_pk'), await find('orders_created_at_ix')];
    await load(smallShop);
    expect(await find('orders_pk')).toEqual(key);
    expect(await find('orders_created_at_ix')).not.toEqual(index);
  });

  test('keeps an index whose comment would be lost', async () => {
    await rows(`COMMENT ON INDEX order_items_product_id_ix IS 'for the returns desk'`);
    const old = await rows(`SELECT 'order_items_product_id_ix'::regclass::oid::int AS oid`);
    await load(smallShop);
    expect(await rows(`SELECT 'order_items_product_id_ix'::regclass::oid::int AS oid`)).toEqual(
      old,
    );
  });
});
