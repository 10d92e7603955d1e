import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readSettings } from '../../src/shop/settings.js';
import { startShop } from '../../src/shop/shop.js';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';
import { openSession } from '../support/open-session.js';

let database: TestDatabase;
let role: string;
beforeAll(async () => {
  database = await freshDatabase();
  role = `seller_${new URL(database.url).pathname.slice(-12)}`;
  await runSql(
    database.url,
    `CREATE ROLE ${role} LOGIN PASSWORD 'seller';
     GRANT USAGE ON SCHEMA public, dual_id TO ${role};
     GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public, dual_id TO ${role};
     GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, dual_id TO ${role}`,
  );
});
afterAll(async () => {
  await runSql(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await database.drop();
});

test('instances that find an empty database together fill it once, and all serve', async () => {
  const url = Object.assign(new URL(database.url), { username: role, password: 'seller' }).href;
  // Whoever fills it is held up, until all the others have found it empty.
  const holder = await openSession(database.url, 'LOCK TABLE departments IN SHARE MODE');
  const settings = readSettings({ PORT: '0', DATABASE_URL: url });
  const starting = Promise.allSettled([1, 2, 3, 4].map(() => startShop(settings, url)));
  const isWaiting = `SELECT 1 FROM pg_locks
    WHERE relation = 'departments'::regclass AND NOT granted`;
  while ((await runSql(database.url, isWaiting)).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await holder.end();
  const shops = (await starting).flatMap((start) => {
    if (start.status === 'rejected') throw start.reason;
    return [start.value];
  });
  expect(shops.map(({ seeded }) => seeded).toSorted()).toEqual([false, false, false, true]);
  const answers = await Promise.all(shops.map((shop) => fetch(`${shop.url}/products`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  for (const shop of shops) await shop.stop();
});
