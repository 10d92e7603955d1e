import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importFolder } from 'nest-dual-id/import';
import pg from 'pg';
import { instacart } from '../../src/shop/import/instacart.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';
import { shopWith } from '../features/import/small-shop.js';
import type { Workbench } from '../features/import/workbench.js';
import { figures, workbench } from '../features/import/workbench.js';

let bench: Workbench;
let shop: TestShop;
let user: string;
let milk: string;

beforeAll(async () => {
  bench = await workbench();
  shop = await testShop();
  user = await aUser(shop, 'live@example.org');
  milk = await aProduct(shop, 'Milk', '4.20');
});
afterAll(async () => {
  await shop.stop();
  await bench.close();
});

// What the shop has created already has the numbers from 1000 on.
const known = {
  'departments.csv': 'department_id,department\n1000,produce\n1001,frozen\n',
  'aisles.csv': 'aisle_id,aisle\n1000,fresh fruits\n1001,ice cream\n',
  'products.csv':
    'product_id,product_name,aisle_id,department_id\n1,Pears,1000,1000\n105,Sorbet,1001,1001\n',
};
const status = 'order_id,status,changed_at\n122,pending,2016-01-01 00:00:00Z\n';
const files = () => shopWith({ ...known, 'order_status_history.csv': status });

const inserting = /^INSERT INTO "(products|users|orders|order_status_history)"/;

/**
 * A pool whose import stands still, its transaction open, each time it has inserted the rows of a
 * table that customers write to.
 */
function stoppingPool(work: (table: string) => Promise<void>): pg.Pool {
  const pool = new pg.Pool({ connectionString: shop.databaseUrl, max: 1 });
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const stopping = async (...args: unknown[]) => {
      const result = await query(...args);
      const [, table] = inserting.exec(String(args[0])) ?? [];
      if (table !== undefined) await work(table);
      return result;
    };
    client.query = ((...args: unknown[]) =>
      typeof args[0] === 'string' ? stopping(...args) : query(...args)) as typeof client.query;
  });
  return pool;
}

async function load(pool: pg.Pool) {
  const folder = await bench.folder(files());
  const options = { rejects: folder };
  return importFolder({ database: pool, plan: instacart, folder, options });
}

/** The actions of customers: the status of each response. */
async function traffic(email: string): Promise<number[]> {
  const items = [{ productUuid: milk, quantity: 1 }];
  const order = await shop.ask('POST', `/users/${user}/orders`, { body: { items } });
  const cart = (await shop.ask('POST', `/users/${user}/cart`)).body.uuid as string;
  const customer = { firstName: 'New', lastName: 'Customer', email };
  const answers = [
    order,
    await shop.ask('POST', '/users', { body: customer }),
    await shop.ask('PATCH', `/users/${user}`, { body: { city: 'Turin' } }),
    await shop.ask('PATCH', `/products/${milk}`, { body: { price: '4.30' } }),
    await shop.ask('POST', `/orders/${order.body.uuid}/status`, { body: { status: 'processing' } }),
    await shop.ask('POST', `/carts/${cart}/items`, { body: { productUuid: milk } }),
    await shop.ask('POST', `/carts/${cart}/checkout`),
    await shop.ask('GET', '/orders?limit=5'),
    await shop.ask('GET', '/products?q=milk'),
    await shop.ask('GET', `/resolve/${user}`),
  ];
  return answers.map((answer) => answer.status);
}

const fine = [201, 201, 200, 200, 200, 200, 201, 200, 200, 200];

describe('an import into filled tables', () => {
  test('lets customers continue while each transaction is open, and loads every row', async () => {
    const seen: Record<string, number[]> = {};
    let orders: unknown[] = [];
    const pool = stoppingPool(async (table) => {
      seen[table] = await traffic(`${table}@example.org`);
      if (table === 'orders') orders = (await shop.ask('GET', '/orders?limit=100')).body.items;
    });
    const report = await load(pool);
    await pool.end();
    expect(seen).toEqual({ products: fine, users: fine, orders: fine, order_status_history: fine });
    expect(figures(report)).toMatchObject({
      'departments.csv': [2, 0, 0, 2],
      'users.csv': [2, 2, 0, 0],
      'orders.csv': [3, 3, 0, 0],
      'order_products__prior.csv': [2, 2, 0, 0],
      'order_status_history.csv': [1, 1, 0, 0],
    });
    // No partial import of the orders was visible; afterwards all of them are.
    expect(orders).toHaveLength(6);
    expect((await shop.ask('GET', '/orders?limit=100')).body.items).toHaveLength(11);
    expect(await traffic('after@example.org')).toEqual(fine);
  });

  test('finds its own rows again next to the new ones', async () => {
    const pool = stoppingPool(async () => undefined);
    const report = await load(pool);
    await pool.end();
    for (const { loaded, rejected } of report.files) expect([loaded, rejected]).toEqual([0, 0]);
  });
});
