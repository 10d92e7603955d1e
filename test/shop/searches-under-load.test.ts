import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { TestShop } from '../support/shop.js';
import { aProduct, testShop } from '../support/shop.js';
import type { HttpResponse } from '../support/http-client.js';

const clients = 30;
const terms = {
  '/registry/search?q=cheese&match=similar': 'dual_id.name_words',
  '/registry/typeahead?q=cheese': 'dual_id.name_words',
  '/products?q=cheese': 'products',
};
let shop: TestShop;
let product: string;
let outside: DataSource;

beforeAll(async () => {
  shop = await testShop();
  product = await aProduct(shop, 'Cheese', '4.20');
  await aProduct(shop, 'Chess', '4.20');
  outside = await new DataSource({ type: 'postgres', url: shop.databaseUrl }).initialize();
});
afterAll(async () => {
  await outside.destroy();
  await shop.stop();
});

/** Locks a table, so that a search of it takes as long as searches may. */
async function holding(table: string, work: () => Promise<void>): Promise<void> {
  const runner = outside.createQueryRunner();
  await runner.startTransaction();
  await runner.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  try {
    await work();
  } finally {
    await runner.rollbackTransaction();
    await runner.release();
  }
}

async function untilSaturated(): Promise<void> {
  const { searchRunning, searchWaiting } = shop.app.get(Database).counts();
  if (searchRunning === 2 && searchWaiting === clients - 2) return;
  await sleep(10);
  await untilSaturated();
}

const withoutTheTable = (table: string) =>
  table === 'products' ? '/departments/produce' : `/products/${product}`;

describe('thirty searches that take too long', () => {
  test.each(Object.entries(terms))('at %s', async (path, table) => {
    let searching: Promise<HttpResponse[]> | undefined;
    await holding(table, async () => {
      searching = Promise.all(Array.from({ length: clients }, () => shop.ask('GET', path)));
      await untilSaturated();
      for (const asked of ['/health/ready', '/health/live', withoutTheTable(table), '/orders']) {
        expect((await shop.ask('GET', asked)).status).toBe(200);
      }
      expect(shop.app.get(Database).counts()).toMatchObject({ searchRunning: 2 });
      const answers = await searching;
      const codes = answers.map(({ status, body }) => `${status} ${body.code}`);
      expect(new Set(codes)).toEqual(new Set(['503 search_timeout', '503 overloaded']));
      expect(codes.filter((code) => code === '503 search_timeout').length).toBeGreaterThanOrEqual(
        2,
      );
      for (const { body, headers } of answers) {
        const isRefused = body.code === 'overloaded';
        expect(headers['retry-after']).toBe(isRefused ? '1' : undefined);
        expect(body.detail).toMatch(isRefused ? /Retry-After/ : /Search for more letters or words/);
      }
    });
    expect((await shop.ask('GET', path)).status).toBe(200);
  });
});
