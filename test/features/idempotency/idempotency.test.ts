import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { TestShop } from '../../support/shop.js';
import { aProduct, aUser, testShop } from '../../support/shop.js';

let shop: TestShop;
let user: string;
let milk: string;
let database: pg.Client;

beforeAll(async () => {
  shop = await testShop();
  user = await aUser(shop, 'idempotent@example.org');
  milk = await aProduct(shop, 'Milk', '4.20');
  database = new pg.Client({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await shop.stop();
});

const order = (key: string, quantity = 1, headers: Record<string, string> = {}) =>
  shop.ask('POST', `/users/${user}/orders`, {
    body: { items: [{ productUuid: milk, quantity }] },
    headers: { 'idempotency-key': key, ...headers },
  });
const orderCount = async () =>
  Number((await database.query('SELECT count(*) FROM orders')).rows[0].count);

describe('an Idempotency-Key', () => {
  test('makes a retry return the response to the first request', async () => {
    const first = await order('first');
    const before = await orderCount();
    const retry = await order('first');
    expect(retry.status).toBe(201);
    expect(retry.body).toEqual(first.body);
    expect(retry.headers['etag']).toBe(first.headers['etag']);
    expect(retry.headers['location']).toBe(first.headers['location']);
    expect(retry.headers['idempotency-replayed']).toBe('true');
    expect(await orderCount()).toBe(before);
  });

  test('used for a different body is refused', async () => {
    await order('body', 1);
    const { status, body } = await order('body', 2);
    expect(status).toBe(422);
    expect(body.code).toBe('idempotency_key_reused');
  });

  test('of a failed request may be used again', async () => {
    const unpriced = await aProduct(shop, 'Truffles');
    const path = `/users/${user}/orders`;
    const input = { items: [{ productUuid: unpriced, quantity: 1 }] };
    const key = { 'idempotency-key': 'failed' };
    expect((await shop.ask('POST', path, { body: input, headers: key })).status).toBe(422);
    await shop.ask('PATCH', `/products/${unpriced}`, { body: { price: '90.00' } });
    expect((await shop.ask('POST', path, { body: input, headers: key })).status).toBe(201);
  });

  test('of a request that still runs is 409 with Retry-After', async () => {
    await database.query('BEGIN');
    await database.query('SELECT FROM users FOR UPDATE');
    const first = order('running');
    await waitingFor(database);
    const second = await order('running');
    await database.query('COMMIT');
    expect(second.status).toBe(409);
    expect(second.body.code).toBe('request_in_progress');
    expect(second.headers['retry-after']).toBe('1');
    expect((await first).status).toBe(201);
  });

  test('sent by 30 at once runs the work once', async () => {
    const before = await orderCount();
    const answers = await Promise.all(Array.from({ length: 30 }, () => order('many')));
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ body }) => body.uuid)).size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(await orderCount()).toBe(before + 1);
  });

  test('expires after 24 hours', async () => {
    const first = await order('old');
    await database.query(
      `UPDATE dual_id.idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = '${digestOf('old')}'`,
    );
    const again = await order('old', 2);
    expect(again.status).toBe(201);
    expect(again.body.uuid).not.toBe(first.body.uuid);
  });

  test('is stored for 24 hours', async () => {
    const first = await order('young');
    await database.query(
      `UPDATE dual_id.idempotency_keys SET created_at = now() - interval '23 hours' WHERE key = '${digestOf('young')}'`,
    );
    expect((await order('young')).body).toEqual(first.body);
  });

  test('is stored with the work, or the work is rolled back', async () => {
    const before = await orderCount();
    await database.query(
      `ALTER TABLE dual_id.idempotency_keys ADD CONSTRAINT doomed_ck CHECK (key <> '${digestOf('doomed')}')`,
    );
    const { status } = await order('doomed');
    await database.query('ALTER TABLE dual_id.idempotency_keys DROP CONSTRAINT doomed_ck');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(await orderCount()).toBe(before);
    expect((await order('doomed')).status).toBe(201);
  });

  test('that is malformed is refused', async () => {
    expect((await order('two words')).body.code).toBe('invalid_header');
    expect((await order('x'.repeat(256))).body.code).toBe('invalid_header');
  });
});

/** A key as stored. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Waits until another session waits for a lock. */
async function waitingFor(client: pg.Client): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { rows } = await client.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    if (rows.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('No request waits.');
}
