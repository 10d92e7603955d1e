import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

let shop: TestShop;
let database: pg.Client;
let milk: string;

beforeAll(async () => {
  shop = await testShop();
  milk = await aProduct(shop, 'Milk', '4.20');
  database = new pg.Client({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await shop.stop();
});

const items = () => [{ productUuid: milk, quantity: 1 }];

describe('an erased user', () => {
  test('is gone, and nothing of the person is left in any table', async () => {
    const input = { firstName: 'Zebulon', lastName: 'Quagmire', email: 'zeb@example.org' };
    const more = { phone: '555-0199-zq', street: '1 Zebulon Lane', city: 'Quagville' };
    const { body } = await shop.call('POST', '/users', { ...input, ...more });
    await shop.call('POST', `/users/${body.uuid}/orders`, { items: items() });
    expect((await shop.call('DELETE', `/users/${body.uuid}`)).status).toBe(204);
    for (const path of [`/users/${body.uuid}`, `/resolve/${body.uuid}`]) {
      expect((await shop.call('GET', path)).status).toBe(410);
    }
    const { rows } = await database.query(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema IN ('public', 'dual_id')`,
    );
    for (const { name } of rows) {
      const found = await database.query(
        `SELECT 1 FROM ${name} t WHERE t::text ~* 'zebulon|quag|zeb@|0199-zq'`,
      );
      expect(`${name} ${found.rows.length}`).toBe(`${name} 0`);
    }
  });

  test('still stands behind its orders by public id', async () => {
    const user = await aUser(shop, 'orders-stay@example.org');
    const { body } = await shop.call('POST', `/users/${user}/orders`, { items: items() });
    await shop.call('DELETE', `/users/${user}`);
    expect((await shop.call('GET', `/orders/${body.uuid}`)).body.userUuid).toBe(user);
  });

  test('orders nothing, opens no cart, and is erased once', async () => {
    const user = await aUser(shop, 'no-more@example.org');
    await shop.call('DELETE', `/users/${user}`);
    expect((await shop.call('POST', `/users/${user}/orders`, { items: items() })).status).toBe(404);
    expect((await shop.call('POST', `/users/${user}/cart`)).status).toBe(404);
    expect((await shop.call('PATCH', `/users/${user}`, { city: 'Rome' })).status).toBe(410);
    expect((await shop.call('DELETE', `/users/${user}`)).status).toBe(410);
    const erasures = await database.query('SELECT 1 FROM dual_id.erasures WHERE uuid = $1', [user]);
    expect(erasures.rows).toHaveLength(1);
  });

  test('frees the email address', async () => {
    const user = await aUser(shop, 'again@example.org');
    await shop.call('DELETE', `/users/${user}`);
    expect(await aUser(shop, 'again@example.org')).not.toBe(user);
  });

  test('is erased at the version the caller saw, or not at all', async () => {
    const user = await aUser(shop, 'version@example.org');
    const stale = await shop.call('DELETE', `/users/${user}`, undefined, { 'if-match': '"7"' });
    expect(stale.status).toBe(412);
    expect((await shop.call('GET', `/users/${user}`)).status).toBe(200);
  });
});
