import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextStatuses } from '../../src/shop/orders/order-status.js';
import type { OrderStatus } from '../../src/shop/orders/order-status.js';
import type { CsvRow } from './generated-folder.js';
import { generate, grouped, rowsOf, shares } from './generated-folder.js';

let root: string;
let folder: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dual-id-generate-'));
  folder = await generate(join(root, 'one'), { users: 700 });
});
afterAll(async () => rm(root, { recursive: true }));

const numbers = (rows: readonly CsvRow[], column: string) => rows.map((row) => Number(row[column]));
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const median = (values: readonly number[]) => sorted(values)[Math.floor(values.length / 2)]!;
const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const isNumbered = (rows: readonly CsvRow[], column: string) =>
  numbers(rows, column).every((value, index) => value === index + 1);
const areDistinct = (values: readonly unknown[]) => new Set(values).size === values.length;

describe('orders', () => {
  test('are numbered from 1 without gaps, 4 to 100 for a user, like the real ones', async () => {
    const orders = await rowsOf(folder, 'orders.csv');
    const ids = numbers(orders, 'order_id');
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.min(...ids)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...ids)).toBeLessThan(3_422_000);
    const users = [...grouped(orders, 'user_id').values()];
    expect(users.filter((own) => !isNumbered(own, 'order_number'))).toEqual([]);
    const counts = users.map((own) => own.length);
    expect(counts).toHaveLength(700);
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([4, 100]);
    expect(Math.abs(median(counts) - 11)).toBeLessThanOrEqual(2);
    expect(Math.abs(mean(counts) - 17.9)).toBeLessThan(1.5);
  });

  test('have realistic days and hours, after gaps that match the days', async () => {
    const orders = await rowsOf(folder, 'orders.csv');
    const odd = orders.filter(
      ({ order_number: number, days_since_prior_order: gap }) =>
        !(number === '1' ? /^$/ : /^(?:[0-9]|[12][0-9]|30)\.0$/).test(gap!),
    );
    expect(odd).toEqual([]);
    const gaps = shares(
      orders.filter((row) => row['order_number'] !== '1'),
      'days_since_prior_order',
    );
    expect(gaps['30.0']).toBeCloseTo(521 / 5067, 1.7);
    expect(gaps['7.0']).toBeCloseTo(459 / 5067, 1.7);
    expect(gaps['0.0']).toBeCloseTo(108 / 5067, 1.7);
    const days = shares(orders, 'order_dow');
    [864, 885, 671, 776, 713, 726, 732].forEach((count, day) =>
      expect(days[day]).toBeCloseTo(count / 5367, 1.7),
    );
    const hours = shares(orders, 'order_hour_of_day');
    expect(Object.keys(hours)).toHaveLength(24);
    expect(hours['15']).toBeCloseTo(526 / 5367, 1.7);
    expect(hours['3']).toBeLessThan(0.01);
  });

  test('are as many days apart as they say', async () => {
    const users = grouped(await rowsOf(folder, 'orders.csv'), 'user_id').values();
    const wrong = [...users].flatMap((own) =>
      own.filter((row, index) => {
        const gap = Number(row['days_since_prior_order']);
        if (index === 0 || gap === 30) return false;
        return (Number(own[index - 1]!['order_dow']) + gap) % 7 !== Number(row['order_dow']);
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('items', () => {
  test('are 1 to 71 of an order, each product once, in the order of the cart', async () => {
    const byOrder = grouped(await rowsOf(folder, 'order_products__prior.csv'), 'order_id');
    const orders = await rowsOf(folder, 'orders.csv');
    expect(orders.every((row) => byOrder.has(row['order_id']!))).toBe(true);
    expect(byOrder.size).toBe(orders.length);
    const baskets = [...byOrder.values()];
    expect(baskets.filter((items) => !isNumbered(items, 'add_to_cart_order'))).toEqual([]);
    expect(baskets.filter((items) => !areDistinct(numbers(items, 'product_id')))).toEqual([]);
    const counts = baskets.map((items) => items.length);
    expect([Math.min(...counts), median(counts)]).toEqual([1, 8]);
    expect(sorted(counts).at(-1)).toBeGreaterThan(50);
    expect(sorted(counts).at(-1)).toBeLessThanOrEqual(71);
    expect(Math.abs(mean(counts) - 9.8)).toBeLessThan(0.3);
  });

  test.each([2000, 12])(
    'are reordered exactly when the user had the product, of %i products',
    async (products) => {
      const path = join(root, `of-${products}`);
      await generate(path, { users: 150, sizes: { products } });
      const byOrder = grouped(await rowsOf(path, 'order_products__prior.csv'), 'order_id');
      const wrong: CsvRow[] = [];
      for (const own of grouped(await rowsOf(path, 'orders.csv'), 'user_id').values()) {
        const seen = new Set<string>();
        for (const { order_id: id } of own) {
          const items = byOrder.get(id!)!;
          wrong.push(
            ...items.filter(
              ({ product_id: product, reordered }) => (reordered === '1') !== seen.has(product!),
            ),
          );
          for (const { product_id: product } of items) seen.add(product!);
        }
      }
      expect(wrong).toEqual([]);
    },
  );

  test('are reordered as often as the real ones, and some products sell far better', async () => {
    const items = await rowsOf(folder, 'order_products__prior.csv');
    expect(Math.abs(mean(numbers(items, 'reordered')) - 0.59)).toBeLessThan(0.03);
    const sales = [...grouped(items, 'product_id').values()].map((group) => group.length);
    const best = sorted(sales).slice(-100);
    expect(best.reduce((sum, count) => sum + count, 0) / items.length).toBeGreaterThan(0.2);
    expect(sorted(sales).at(-1)!).toBeGreaterThan(10 * median(sales));
  });
});

describe('status histories', () => {
  test('follow legal transitions from pending to an end, in ascending times', async () => {
    const byOrder = grouped(await rowsOf(folder, 'order_status_history.csv'), 'order_id');
    const orders = await rowsOf(folder, 'orders.csv');
    expect(byOrder.size).toBe(orders.length);
    const histories = orders.map((order) => ({ order, changes: byOrder.get(order['order_id']!)! }));
    expect(histories.filter((history) => !isLegal(history))).toEqual([]);
    const ends = new Set(histories.map(({ changes }) => changes.at(-1)!['status']));
    expect([...ends].toSorted()).toEqual(['cancelled', 'delivered', 'failed', 'refunded']);
  });

  test('begin later with every order of a user', async () => {
    const byOrder = grouped(await rowsOf(folder, 'order_status_history.csv'), 'order_id');
    for (const own of grouped(await rowsOf(folder, 'orders.csv'), 'user_id').values()) {
      const starts = own.map((row) => byOrder.get(row['order_id']!)![0]!['changed_at']!);
      if (!areRising(starts)) throw new Error(starts.join());
    }
  });
});

interface History {
  readonly order: CsvRow;
  readonly changes: readonly CsvRow[];
}

function isLegal({ order, changes }: History): boolean {
  const path = changes.map(({ status }) => status as OrderStatus);
  const times = changes.map((row) => row['changed_at']!);
  return (
    path[0] === 'pending' &&
    path.slice(1).every((to, at) => nextStatuses[path[at]!].includes(to)) &&
    areRising(times) &&
    times.every((time) => /^20\d\d-\d\d-\d\d \d\d:\d\d:00\+00:00$/.test(time)) &&
    Number(times[0]!.slice(11, 13)) === Number(order['order_hour_of_day'])
  );
}

function areRising(times: readonly string[]): boolean {
  return times.every((time, index) => index === 0 || times[index - 1]! < time);
}
