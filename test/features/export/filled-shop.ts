import { randomBytes } from 'node:crypto';
import type { Canaries } from 'nest-dual-id/testing';
import { plantCanaries } from 'nest-dual-id/testing';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { runSql } from '../../support/empty-database.js';
import { urlAs } from '../../support/roles.js';
import type { TestShop } from '../../support/shop.js';
import { aProduct, aUser, staffKey, testShop } from '../../support/shop.js';

/** A shop with something of everything, and ids that are recognized wherever they appear. */
export interface FilledShop {
  readonly shop: TestShop;
  /** Connections of the role that owns nothing. */
  readonly dataSource: DataSource;
  readonly canaries: Canaries;
  /** Public ids of two users. */
  readonly users: readonly string[];
  /** How many transactions of exports are open. */
  openTransactions(): Promise<number>;
  close(): Promise<void>;
}

/** Texts that might break a format. */
export const awkward = [
  'a "quote", a comma',
  'two\nlines',
  'ünï\r\ncode ½ 🧀',
  "=1+1 '; --",
  ' x ',
];

/** Starts the shop and fills it through its API. */
export async function filledShop(): Promise<FilledShop> {
  const shop = await testShop();
  const applicationName = `export ${randomBytes(4).toString('hex')}`;
  const superuser = await new DataSource(shopDataSource(shop.databaseUrl)).initialize();
  const canaries = await plantCanaries(superuser).finally(() => superuser.destroy());
  const url = urlAs('application', shop.databaseUrl);
  const dataSource = await new DataSource({ ...shopDataSource(url), applicationName }).initialize();
  await addLookUps(shop);
  const products: string[] = [];
  for (const name of awkward) products.push(await aProduct(shop, name, '4.20'));
  await aProduct(shop, 'Without a price');
  const users = [await aUser(shop, 'ada@example.org'), await aUser(shop, 'grace@example.org')];
  for (const user of users) await order(shop, user, products);
  const openTransactions = async () => {
    const [row] = await runSql<{ count: number }>(
      shop.databaseUrl,
      `SELECT count(*)::int FROM pg_stat_activity
       WHERE application_name = '${applicationName}' AND xact_start IS NOT NULL`,
    );
    return row!.count;
  };
  const close = async () => {
    await dataSource.destroy();
    await shop.stop();
  };
  return { shop, dataSource, canaries, users, openTransactions, close };
}

/** The lookups of every test shop existed before the canaries, so two of them are added after. */
async function addLookUps({ databaseUrl }: TestShop): Promise<void> {
  for (const table of ['departments', 'aisles']) {
    await runSql(
      databaseUrl,
      `INSERT INTO ${table} (name, slug) VALUES ('Late "one"', 'late-one')`,
    );
  }
}

async function order(shop: TestShop, user: string, products: readonly string[]): Promise<void> {
  const items = products.map((productUuid, index) => ({ productUuid, quantity: index + 1 }));
  const placed = await shop.ask('POST', '/orders', { body: { userUuid: user, items } });
  const change = { status: 'processing', note: awkward[1] };
  const headers = await staffKey(shop, user, ['orders:move', 'orders:process', 'orders:read']);
  await shop.ask('POST', `/orders/${placed.body.uuid}/status`, { body: change, headers });
  await shop.ask('POST', '/orders', { body: { userUuid: user, items: items.slice(0, 1) } });
  const cart = (await shop.ask('POST', `/users/${user}/cart`)).body.uuid;
  await shop.ask('POST', `/carts/${cart}/items`, {
    body: { productUuid: products[0], quantity: 2 },
  });
}
