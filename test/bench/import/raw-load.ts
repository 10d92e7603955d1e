import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Seconds of a raw load, by its parts. */
export interface RawLoad {
  readonly copy: number;
  readonly keys: number;
  readonly seconds: number;
}

const tables = [
  'departments',
  'aisles',
  'products',
  'users',
  'orders',
  'order_items',
  'dual_id.passports',
];

/**
 * What one would write by hand for these files and no others: COPY without a look at a row, into
 * the same tables without their keys and indexes, which are built afterwards. The triggers that
 * enrol rows are the same. Items get no price, for which a COPY would have to know the products.
 */
export async function rawLoad(url: string, folder: string): Promise<RawLoad> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const start = performance.now();
    await client.query('BEGIN');
    for (const setting of settings) await client.query(setting);
    const restore = await dropKeys(client);
    await copyAll(client, folder);
    const copied = performance.now();
    for (const statement of restore) await client.query(statement);
    for (const table of tables) await client.query(`ANALYZE ${table}`);
    await client.query('COMMIT');
    const end = performance.now();
    const seconds = (from: number, to: number) => (to - from) / 1000;
    return {
      copy: seconds(start, copied),
      keys: seconds(copied, end),
      seconds: seconds(start, end),
    };
  } finally {
    await client.end();
  }
}

/** The import's own, so that no setting is compared. */
const settings = [
  `SET LOCAL work_mem = '64MB'`,
  `SET LOCAL maintenance_work_mem = '128MB'`,
  'SET LOCAL jit = off',
];

interface Key {
  readonly remove: string;
  readonly restore: string;
}

/** Takes off every key and index, those that refer to these tables too; tells how to build them. */
async function dropKeys(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<Key>(
    `WITH loaded AS (SELECT t::regclass AS oid FROM unnest($1::text[]) t)
     SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS remove,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
         pg_get_constraintdef(k.oid)) AS restore, contype = 'f' AS is_foreign
     FROM pg_constraint k WHERE contype IN ('p', 'u', 'f')
       AND (conrelid IN (SELECT oid FROM loaded) OR confrelid IN (SELECT oid FROM loaded))
     UNION ALL
     SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), false
     FROM pg_index i WHERE indrelid IN (SELECT oid FROM loaded)
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
     ORDER BY is_foreign`,
    [tables],
  );
  for (const { remove } of rows.toReversed()) await client.query(remove);
  return rows.map(({ restore }) => restore);
}

async function copyAll(client: pg.Client, folder: string): Promise<void> {
  const copy = async (file: string, target: string) => {
    const sql = `COPY ${target} FROM STDIN (FORMAT csv, HEADER)`;
    await pipeline(createReadStream(join(folder, file)), client.query(copyFrom(sql)));
  };
  for (const table of ['departments', 'aisles']) {
    await client.query(`ALTER TABLE ${table} ALTER slug SET DEFAULT gen_random_uuid()`);
    await copy(`${table}.csv`, `${table} (id, name)`);
    await client.query(`ALTER TABLE ${table} ALTER slug DROP DEFAULT`);
  }
  await copy('products.csv', 'products (id, name, aisle_id, department_id, price)');
  await copy(
    'users.csv',
    'users (id, first_name, last_name, email, phone, street, city, postal_code, country)',
  );
  await client.query(stagedOrders);
  await copy('orders.csv', 'staged_orders');
  await client.query(insertOrders);
  await client.query('ALTER TABLE order_items ALTER quantity SET DEFAULT 1');
  await copy(
    'order_products__prior.csv',
    'order_items (order_id, product_id, add_to_cart_order, reordered)',
  );
  await client.query('ALTER TABLE order_items ALTER quantity DROP DEFAULT');
}

// The file writes whole days as 15.0, and has a column that the table has not.
const stagedOrders = `CREATE TEMP TABLE staged_orders (order_id bigint, user_id bigint,
  eval_set text, order_number int, order_dow smallint, order_hour_of_day smallint,
  days_since_prior_order numeric) ON COMMIT DROP`;

const insertOrders = `INSERT INTO orders
    (id, user_id, number, status, day_of_week, hour_of_day, days_since_prior_order)
  SELECT order_id, user_id, order_number, 'delivered', order_dow, order_hour_of_day,
    days_since_prior_order FROM staged_orders`;
