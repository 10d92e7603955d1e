import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestShop } from '../support/shop.js';
import { testShop } from '../support/shop.js';

let shop: TestShop;
beforeAll(async () => {
  shop = await testShop({ edge: { maxEventLoopDelay: 1_000 } });
});
afterAll(() => shop.stop());

/** Keeps the event loop busy so that everything in it is late. */
async function overload(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const late = performance.now() + 2_500;
    while (performance.now() < late);
    // Timers have to run in between, because one of them measures the delay.
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('a process that cannot keep up', () => {
  test('refuses requests with Retry-After, is alive nevertheless, and recovers', async () => {
    await overload(7_000);
    const refused = await shop.ask('GET', '/products');
    expect(refused.status).toBe(503);
    expect(refused.body).toMatchObject({ code: 'overloaded', status: 503 });
    expect(refused.headers['retry-after']).toBe('1');
    expect((await shop.ask('GET', '/health/live')).status).toBe(200);
    const end = performance.now() + 10_000;
    while ((await shop.ask('GET', '/products')).status !== 200) {
      expect(performance.now()).toBeLessThan(end);
    }
  });
});
