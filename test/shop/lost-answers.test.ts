import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseProxy } from '../support/database-proxy.js';
import { runSql } from '../support/empty-database.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';

let shop: TestShop;
let proxy: DatabaseProxy;
let product: string;
let user: string;
let serial = 0;

beforeAll(async () => {
  shop = await testShop({}, async (url) => (proxy = await DatabaseProxy.before(url)).url);
  product = await aProduct(shop, 'Lost bananas', '0.25');
});
afterAll(async () => {
  await shop.stop();
  await proxy.stop();
});
beforeEach(async () => {
  serial += 1;
  user = await aUser(shop, `lost-${serial}@example.org`);
});

const order = (headers = {}) => {
  const items = [{ productUuid: product, quantity: 1 }];
  return shop.ask('POST', `/users/${user}/orders`, { body: { items }, headers });
};
const count = async (sql: string) =>
  Number((await runSql<{ n: string }>(shop.databaseUrl, `SELECT count(*) AS n FROM ${sql}`))[0]!.n);
const orders = () => count(`orders JOIN users u ON u.id = user_id WHERE u.uuid = '${user}'`);
const unknown = { status: 500, body: { code: 'outcome_unknown' } };
const unavailable = { status: 503, body: { code: 'unavailable' } };

describe('an order without a key whose connection is lost', () => {
  test('after COMMIT may have been placed, and the client is not told to try again', async () => {
    const lost = proxy.at(/^COMMIT/, 'lost behind it');
    const answer = await order();
    await lost;
    expect(answer).toMatchObject(unknown);
    expect(answer.headers['retry-after']).toBeUndefined();
    expect(answer.body.detail).toMatch(/Idempotency-Key/);
    expect(await orders()).toBe(1);
  });

  test('during COMMIT may have been placed, as far as the shop knows', async () => {
    const lost = proxy.at(/^COMMIT/, 'lost before it');
    expect(await order()).toMatchObject(unknown);
    await lost;
    expect(await orders()).toBe(0);
  });

  test('before COMMIT was not placed, and may be sent again', async () => {
    const lost = proxy.at(/INSERT INTO orders/, 'lost behind it');
    expect(await order()).toMatchObject(unavailable);
    await lost;
    expect(await orders()).toBe(0);
    expect((await order()).body.number).toBe(1);
  });

  test('while it is read after its commit is not reported as worth a retry', async () => {
    const lost = proxy.at(/^SELECT[^]*FROM "?orders"? t0/, 'lost before it');
    const answer = await order();
    await lost;
    expect(await orders()).toBe(1);
    expect(answer.status).not.toBe(503);
  });
});

describe('an order with a key whose connection is lost after COMMIT', () => {
  test('is not placed again by a request with the same key', async () => {
    const key = { 'idempotency-key': `lost-${serial}` };
    const lost = proxy.at(/^COMMIT/, 'lost behind it');
    expect(await order(key)).toMatchObject(unknown);
    await lost;
    const again = await order(key);
    expect(again).toMatchObject({ status: 201, body: { number: 1 } });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await orders()).toBe(1);
  });
});

describe('a write of one statement, which is logged with who made it,', () => {
  test('was not made when the connection is lost before COMMIT', async () => {
    const lost = proxy.at(/INSERT INTO "?users/, 'lost behind it');
    const input = { firstName: 'May', lastName: 'Be', email: `maybe-${serial}@example.org` };
    const answer = await shop.ask('POST', '/users', { body: input });
    await lost;
    expect(answer).toMatchObject(unavailable);
    expect(await count(`users WHERE email = '${input.email}'`)).toBe(0);
  });

  test('may have been made when it is lost after COMMIT', async () => {
    const lost = proxy.at(/^COMMIT/, 'lost behind it');
    const answer = await shop.ask('PATCH', `/users/${user}`, { body: { city: 'Turin' } });
    await lost;
    expect(answer).toMatchObject(unknown);
    expect(await count(`users WHERE uuid = '${user}' AND city = 'Turin'`)).toBe(1);
  });
});

describe('a read whose connection is lost', () => {
  test('is unavailable, and the next one succeeds', async () => {
    const lost = proxy.at(/FROM "?users/, 'lost behind it');
    expect(await shop.ask('GET', `/users/${user}`)).toMatchObject(unavailable);
    await lost;
    expect((await shop.ask('GET', `/users/${user}`)).status).toBe(200);
  });
});
