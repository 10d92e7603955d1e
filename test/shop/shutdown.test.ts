import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, get } from 'node:http';
import pg from 'pg';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { halfSent, rawConnection } from '../support/raw-request.js';
import { urlAs } from '../support/roles.js';
import { ownerHeaders, ShopProcess } from '../support/shop-process.js';

let database: TestDatabase;
let blocker: pg.Client;
const shops: ShopProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  blocker = new pg.Client({ connectionString: database.url });
  await blocker.connect();
});
afterEach(async () => {
  await blocker.query('ROLLBACK');
  for (const shop of shops.splice(0)) {
    shop.signal('SIGKILL');
    await shop.exit;
  }
});
afterAll(async () => {
  await blocker.end();
  await database.drop();
});

const drain = { SHUTDOWN_DRAIN_SECONDS: '1' };

async function startShop(environment: Record<string, string> = {}) {
  const roles = {
    DATABASE_URL: urlAs('application', database.url),
    OWNER_DATABASE_URL: urlAs('owner', database.url),
  };
  const shop = new ShopProcess({ ...roles, ...drain, ...environment });
  shops.push(shop);
  return { shop, url: await shop.ready() };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const read = async (url: string) =>
  (await fetch(url, { headers: ownerHeaders })).json() as Promise<any>;

/** How the process ended, and after how many milliseconds; it has at most 15 seconds. */
async function endOf(shop: ShopProcess) {
  const start = performance.now();
  const code = await Promise.race([shop.exit, pause(15_000).then(() => 'still running')]);
  return { code, after: performance.now() - start };
}

/** Sends an order that waits for its user's row, which another connection has locked. */
async function blockedOrder(url: string) {
  const user = (await read(`${url}/users`)).items[0].uuid;
  const product = (await read(`${url}/products?q=milk`)).items[0].uuid;
  await blocker.query('BEGIN');
  await blocker.query('SELECT FROM users FOR UPDATE');
  const outcome = fetch(`${url}/users/${user}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...ownerHeaders },
    body: JSON.stringify({ items: [{ productUuid: product, quantity: 1 }] }),
  }).then(
    ({ status }) => status,
    () => 'cut',
  );
  const waiting = 'SELECT FROM pg_stat_activity WHERE wait_event_type = $1 AND datname = $2';
  const name = new URL(database.url).pathname.slice(1);
  while ((await blocker.query(waiting, ['Lock', name])).rowCount === 0) await pause(20);
  // In an object, because an async function would await it.
  return { outcome };
}

describe('a shop that is told to stop', () => {
  test('ends within its drain although a request waits for a lock', async () => {
    const { shop, url } = await startShop();
    const order = await blockedOrder(url);
    shop.signal('SIGTERM');
    const { code, after } = await endOf(shop);
    expect(code).toBe(0);
    expect(after).toBeLessThan(10_000);
    expect(await order.outcome).toBe('cut');
  });

  test('ends within its drain although 300 bodies are half sent', async () => {
    const { shop, url } = await startShop();
    const sent = Array.from({ length: 300 }, () => rawConnection(url, halfSent('/users')));
    const connections = await Promise.all(sent);
    await pause(500);
    shop.signal('SIGTERM');
    const { code, after } = await endOf(shop);
    expect(code).toBe(0);
    expect(after).toBeLessThan(10_000);
    await Promise.all(connections.map(({ ended }) => ended));
  });

  test('does not wait for idle connections', async () => {
    const { shop, url } = await startShop({ SHUTDOWN_DRAIN_SECONDS: '20' });
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) =>
      get(`${url}/health/live`, { agent }, (response) => response.resume().on('end', resolve)),
    );
    const silent = await rawConnection(url, '');
    shop.signal('SIGTERM');
    const { code, after } = await endOf(shop);
    expect(code).toBe(0);
    expect(after).toBeLessThan(10_000);
    await silent.ended;
    agent.destroy();
  });
  test("serves late requests during the load balancer's delay, and is not ready", async () => {
    const { shop, url } = await startShop({ SHUTDOWN_DELAY_SECONDS: '2' });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    shop.signal('SIGTERM');
    while ((await fetch(`${url}/health/ready`)).status === 200) await pause(10);
    const refused = await fetch(`${url}/health/ready`);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    expect(await refused.json()).toMatchObject({ code: 'unavailable', status: 503 });
    const late = await Promise.all(Array.from({ length: 10 }, () => fetch(`${url}/products`)));
    expect(late.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(late.map(({ headers }) => headers.get('connection'))).toEqual(Array(10).fill('close'));
    expect((await endOf(shop)).code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
    expect(shop.output.match(/Not ready|unavailable at/g)).toEqual(['Not ready']);
  });

  test('stops waiting at a second signal', async () => {
    const { shop, url } = await startShop({ SHUTDOWN_DRAIN_SECONDS: '20' });
    const connection = await rawConnection(url, halfSent('/users'));
    await pause(200);
    shop.signal('SIGTERM');
    expect(await Promise.race([shop.exit, pause(500)])).toBeUndefined();
    shop.signal('SIGTERM');
    const { code, after } = await endOf(shop);
    expect(code).toBe(143);
    expect(after).toBeLessThan(2_000);
    await connection.ended;
  });
});
