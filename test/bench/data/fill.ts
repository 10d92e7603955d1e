import pg from 'pg';
import { runMigrations } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { createNoteTables } from '../peers/dual-id/notes.js';

/** How many rows a database gets. */
export interface Size {
  readonly users: number;
  readonly orders: number;
}

const products = 5000;
const itemsOfAnOrder = 2;

/** Creates a database of this size and answers its address. It stays when it is there already. */
export async function fillDatabase(server: string, name: string, size: Size): Promise<string> {
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (!(await createDatabase(server, name))) return url.href;
  await runMigrations(new DataSource(shopDataSource(url.href)));
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await createNoteTables({ query: async (text) => (await client.query(text)).rows });
    for (const statement of filling(size)) await client.query(statement);
  } finally {
    await client.end();
  }
  return url.href;
}

async function createDatabase(server: string, name: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return false;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    return true;
  } finally {
    await client.end();
  }
}

/**
 * Rows come from the server itself, which is faster than COPY. Triggers and foreign keys are off
 * while they do, so that passports and the keys of
 * email addresses are written here; the counts of orders agree by construction.
 */
function filling({ users, orders }: Size): string[] {
  const each = Math.max(1, Math.floor(orders / users));
  return [
    `SET session_replication_role = replica`,
    `INSERT INTO departments (slug, name, product_count) VALUES ('all', 'all', ${products})`,
    `INSERT INTO aisles (slug, name, product_count) VALUES ('all', 'all', ${products})`,
    `INSERT INTO products (id, name, price, department_id, aisle_id)
     SELECT n, 'product ' || n, 1 + n % 50 + 0.25, d.id, a.id
     FROM departments d, aisles a, generate_series(1, ${products}) n`,
    `INSERT INTO users (id, first_name, last_name, email, email_key)
     SELECT n, 'first ' || n, 'last ' || n, n || '@example.com', n || '@example.com' FROM generate_series(1, ${users}) n`,
    `INSERT INTO orders (id, user_id, number, status, day_of_week, hour_of_day, created_at)
     SELECT n, 1 + (n - 1) % ${users}, 1 + (n - 1) / ${users}, 'delivered', n % 7, n % 24,
            now() - make_interval(mins => ${orders} - n) - interval '1 day'
     FROM generate_series(1, ${orders}) n`,
    `INSERT INTO order_items (order_id, product_id, quantity, unit_price, add_to_cart_order, reordered)
     SELECT n, 1 + (n * 31 + i * 7) % ${products}, 1 + n % 3, 2.25, i, n > ${users * (each - 1)}
     FROM generate_series(1, ${orders}) n, generate_series(1, ${itemsOfAnOrder}) i`,
    ...['users', 'products', 'orders'].map(passportsOf),
    ...['users', 'orders', 'products'].map(
      (table) =>
        `SELECT setval(pg_get_serial_sequence('${table}', 'id'), (SELECT max(id) FROM ${table}) + 10000000)`,
    ),
    'SET session_replication_role = DEFAULT',
    'VACUUM (FREEZE, ANALYZE)',
    'CHECKPOINT',
  ];
}

function passportsOf(table: string): string {
  const names: Readonly<Record<string, string>> = {
    users: `first_name || ' ' || last_name`,
    products: 'name',
  };
  return `INSERT INTO dual_id.passports (uuid, platform_type_id, entity_id, name)
    SELECT uuid, platform_type_id, id, ${names[table] ?? 'NULL'} FROM ${table}`;
}
