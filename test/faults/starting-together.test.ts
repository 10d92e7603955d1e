import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { ShopProcess } from '../support/shop-process.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.drop());

test('twelve shops that start together on an empty database migrate and fill it once', async () => {
  // An operator's setting for everyone, which is not meant for migrations.
  const name = new URL(database.url).pathname.slice(1);
  await runSql(database.url, `ALTER DATABASE ${name} SET statement_timeout = '5s'`);
  const shops = Array.from({ length: 12 }, () => new ShopProcess({ DATABASE_URL: database.url }));
  try {
    const urls = await Promise.all(shops.map((shop) => shop.ready(100_000)));
    const answers = await Promise.all(urls.map((url) => fetch(`${url}/products`)));
    expect(answers.map(({ status }) => status)).toEqual(shops.map(() => 200));
    const having = (line: RegExp) => shops.filter(({ output }) => line.test(output)).length;
    expect(having(/^Migrated: InstallDualId/m)).toBe(1);
    expect(having(/^Filled the empty database/m)).toBe(1);
  } finally {
    await Promise.all(shops.map((shop) => shop.stop()));
  }
}, 180_000);
