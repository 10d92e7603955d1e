import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/shop/create-app.js';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { seedWhenEmpty } from '../../src/shop/seed/seed.js';
import { migrateShop } from '../../src/shop/shop-database.js';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { runSql } from '../support/empty-database.js';
import { openSession } from '../support/open-session.js';
import { urlAs } from '../support/roles.js';
import { testPepper } from '../support/shop.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('instances that find an empty database together fill it once, and all serve', async () => {
  const databaseUrl = urlAs('application', database.url);
  const start = () => createApp({ databaseUrl, pepper: testPepper });
  const shops = await Promise.all([1, 2, 3, 4].map(start));
  for (const shop of shops) await shop.listen(0, '127.0.0.1');
  // The one that fills it is held up, until all the others have found it empty.
  const holder = await openSession(database.url, 'LOCK TABLE departments IN SHARE MODE');
  const seeding = Promise.allSettled(shops.map(seedWhenEmpty));
  const isWaiting = `SELECT 1 FROM pg_locks
    WHERE relation = 'departments'::regclass AND NOT granted`;
  while ((await runSql(database.url, isWaiting)).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  await holder.end();
  const seeded = (await seeding).map((seed) =>
    seed.status === 'fulfilled' ? seed.value : String(seed.reason),
  );
  expect(seeded.toSorted()).toEqual([false, false, false, true]);
  for (const shop of shops) {
    expect((await fetch(`${await shop.getUrl()}/products`)).status).toBe(200);
    await shop.close();
  }
});

test('instances that grant at the same time all get their rights', async () => {
  const roles = {
    owner: urlAs('owner', database.url),
    application: urlAs('application', database.url),
  };
  const application = await new DataSource(shopDataSource(roles.application)).initialize();
  try {
    const starts = Array.from({ length: 6 }, () => migrateShop(roles, application, 'direct'));
    const failures = (await Promise.allSettled(starts)).filter(
      ({ status }) => status === 'rejected',
    );
    expect(failures).toEqual([]);
  } finally {
    await application.destroy();
  }
});
