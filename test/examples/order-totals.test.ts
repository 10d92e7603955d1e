import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dualIdDataSource, revertMigration, runMigrations } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import { start, TotalOrders1770000000000 } from './order-totals.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
  await runSql(
    urlAs('owner', database.url),
    `CREATE TABLE orders (id bigint PRIMARY KEY, subtotal numeric, tip numeric);
     INSERT INTO orders SELECT n, n, 1 FROM generate_series(1, 5000) n`,
  );
});
afterAll(() => database.drop());

const source = () =>
  new DataSource(
    dualIdDataSource({
      url: urlAs('owner', database.url),
      entities: [],
      migrations: [TotalOrders1770000000000],
    }),
  );
const sum = () => runSql(database.url, 'SELECT sum(total)::int FROM orders WHERE id <= 5000');

test('instances that start together compute the order totals once, and add missing ones once', async () => {
  const seedWhenEmpty = async () => {
    const [row] = await runSql(database.url, 'SELECT 1 FROM orders WHERE id = 5001');
    if (!row) await runSql(database.url, 'INSERT INTO orders VALUES (5001, 1, 1, 2)');
  };
  await Promise.all([1, 2, 3].map(() => start(source(), seedWhenEmpty)));
  expect(await sum()).toEqual([{ sum: (5000 * 5001) / 2 + 5000 }]);
});

test('the migration can be reverted and run again', async () => {
  expect(await revertMigration(source())).toBe('TotalOrders1770000000000');
  await expect(sum()).rejects.toThrow('does not exist');
  expect(await runMigrations(source())).toEqual(['TotalOrders1770000000000']);
  expect(await sum()).toEqual([{ sum: (5000 * 5001) / 2 + 5000 }]);
});
