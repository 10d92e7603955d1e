import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { runSql } from '../support/empty-database.js';
import type { TestShop } from '../support/shop.js';
import { aProduct, aUser, testShop } from '../support/shop.js';
import type { HttpResponse } from '../support/http-client.js';

/** How long an unobstructed order may take on a busy machine. */
const promptMilliseconds = 1_500;
/** How long the row stays locked if the other orders wait for it too. */
const heldMilliseconds = 4_000;

let shop: TestShop;
let holder: pg.Client;
let locked: string;
let free: string;
let users: string[];

beforeAll(async () => {
  shop = await testShop();
  locked = await aProduct(shop, 'Locked bananas', '0.25');
  free = await aProduct(shop, 'Free bananas', '0.25');
  const emails = Array.from({ length: 12 }, (_, at) => `grouped-${at}@example.org`);
  users = await Promise.all(emails.map((email) => aUser(shop, email)));
  holder = new pg.Client({ connectionString: shop.databaseUrl });
  await holder.connect();
});
afterAll(async () => {
  await holder.end();
  await shop.stop();
});

interface Timed extends HttpResponse {
  readonly milliseconds: number;
}

async function order(user: string, productUuid: string): Promise<Timed> {
  const start = performance.now();
  const items = [{ productUuid, quantity: 1 }];
  const answer = await shop.ask('POST', '/orders', { body: { userUuid: user, items } });
  return { ...answer, milliseconds: performance.now() - start };
}

/** Locks the product's row until the work has ended, or for the maximum time. */
async function whileLocked<T>(work: () => Promise<T>): Promise<T> {
  await holder.query('BEGIN');
  await holder.query('SELECT FROM products WHERE uuid = $1 FOR UPDATE', [locked]);
  let timer: NodeJS.Timeout | undefined;
  const ended = work();
  const late = new Promise((resolve) => (timer = setTimeout(resolve, heldMilliseconds)));
  await Promise.race([ended, late]);
  clearTimeout(timer);
  await holder.query('COMMIT');
  return ended;
}

/** Waits until so many sessions wait for the row. */
async function waiting(sessions: number): Promise<void> {
  const count = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [row] = await runSql<{ n: number }>(shop.databaseUrl, count);
    if (row!.n >= sessions) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function expectPrompt(orders: readonly Timed[]): void {
  expect(orders.map(({ status }) => status)).toEqual(orders.map(() => 201));
  expect(Math.max(...orders.map(({ milliseconds }) => milliseconds))).toBeLessThan(
    promptMilliseconds,
  );
}

describe('orders whose product row is locked by another session', () => {
  test('do not hold up later orders of other users', async () => {
    const blocked: Promise<Timed>[] = [];
    const others = await whileLocked(async () => {
      for (const at of [0, 1]) {
        blocked.push(order(users[at]!, locked));
        await waiting(at + 1);
      }
      return Promise.all(users.slice(2).map((user) => order(user, free)));
    });
    expect((await Promise.all(blocked)).map(({ status }) => status)).toEqual([201, 201]);
    expectPrompt(others);
  });

  test('do not hold up those that came at the same time', async () => {
    let blocked: Promise<Timed> | undefined;
    const others = await whileLocked(() => {
      blocked = order(users[0]!, locked);
      return Promise.all(users.slice(2).map((user) => order(user, free)));
    });
    expect((await blocked)?.status).toBe(201);
    expectPrompt(others);
  });
});
