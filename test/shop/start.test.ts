import { afterAll, describe, expect, test } from '@jest/globals';
import { findRunning } from 'nest-dual-id/embedded-postgres';
import pg from 'pg';
import { dataFolder, ownerHeaders, ShopProcess } from '../support/shop-process.js';

const folder = dataFolder();
afterAll(folder.remove);

const start = () => new ShopProcess({ DUAL_ID_DATA_DIR: folder.path });
const read = async (url: string) =>
  (await fetch(url, { headers: ownerHeaders })).json() as Promise<any>;

describe('the shop on its embedded database', () => {
  test('starts with data in it, and a second start keeps the data', async () => {
    const first = start();
    const before = await read(`${await first.ready()}/products?limit=100`);
    expect(first.output).toContain('Filled the empty database');
    expect(before.items).toHaveLength(24);
    expect(await first.stop()).toBe(0);

    const second = start();
    const after = await read(`${await second.ready()}/products?limit=100`);
    expect(second.output).not.toContain('Filled');
    expect(after.items).toEqual(before.items);
    expect(await second.stop()).toBe(0);
  });

  test('describes its API, shows a page to read it, and reports its health', async () => {
    const shop = start();
    const url = await shop.ready();
    expect(await read(`${url}/openapi.json`)).toMatchObject({ openapi: '3.1.0' });
    const page = await fetch(`${url}/docs`);
    expect(await page.text()).toContain('swagger-ui-bundle.js');
    expect(await read(`${url}/health/live`)).toEqual({ status: 'ok' });
    expect(await read(`${url}/health/ready`)).toEqual({ status: 'ok' });
    await shop.stop();
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'finishes a request under way on %s',
    async (signal) => {
      const shop = start();
      const url = await shop.ready();
      const user = (await read(`${url}/users`)).items[0].uuid;
      const product = (await read(`${url}/products?q=milk`)).items[0].uuid;
      const database = new pg.Client({ connectionString: (await findRunning(folder.path))!.url });
      // The shop may have stopped the server before this connection has ended.
      database.on('error', () => {});
      await database.connect();
      await database.query('BEGIN');
      await database.query('SELECT FROM users FOR UPDATE');
      const order = fetch(`${url}/users/${user}/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...ownerHeaders },
        body: JSON.stringify({ items: [{ productUuid: product, quantity: 1 }] }),
      });
      await waitingFor(database);
      shop.signal(signal);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await database.query('COMMIT');
      await database.end();
      expect((await order).status).toBe(201);
      expect(await shop.exit).toBe(0);
      expect(await findRunning(folder.path)).toBeUndefined();
    },
  );
});

/** Waits until another session waits for a lock. */
async function waitingFor(database: pg.Client): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { rows } = await database.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('No request waits.');
}
