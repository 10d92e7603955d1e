import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFolder } from 'nest-dual-id/import';
import { expectNoInternalIds } from 'nest-dual-id/testing';
import type { Example } from '../../support/example.js';
import { startExample } from '../../support/example.js';
import { history, migrateShop, Purchase, Shopper, ShoppersController } from './timel-e.js';

let shop: Example;
let folder: string;
beforeAll(async () => {
  const entities = [Shopper, Purchase];
  shop = await startExample({ entities, controllers: [ShoppersController], migrate: migrateShop });
  folder = await mkdtemp(join(tmpdir(), 'dual-id-history-'));
  await writeFile(join(folder, 'shoppers.csv'), 'user_id,name\n688,Ada\n82420,Grace\n');
  await writeFile(
    join(folder, 'purchases.csv'),
    'order_id,user_id,order_number\n1374495,688,1\n2894949,688,2\n97,82420,1\n',
  );
  const options = { rejects: folder };
  await importFolder({ database: shop.ownerUrl, plan: history, folder, options });
});
afterAll(async () => {
  await shop.stop();
  await rm(folder, { recursive: true });
});

test('history keeps its numbers inside and is read by public id', async () => {
  const [ada] = await shop.sql('SELECT uuid FROM shoppers WHERE id = 688');
  const { body } = await shop.ask('GET', `/shoppers/${ada!['uuid']}/purchases?sort=number`);
  expect(body.items).toMatchObject([
    { shopperUuid: ada!['uuid'], number: 1 },
    { shopperUuid: ada!['uuid'], number: 2 },
  ]);
  expect((await shop.ask('GET', '/shoppers/688')).status).toBe(400);
});

test('new rows start above all of history', async () => {
  const [row] = await shop.sql(`INSERT INTO shoppers (name) VALUES ('Joan') RETURNING id`);
  expect(row!['id']).toBe('400000');
});

test('no internal id leaves or enters', async () => {
  const seed = () =>
    shop.sql(`WITH made AS (INSERT INTO shoppers (name) VALUES ('Mary'), ('Edith') RETURNING id)
      INSERT INTO purchases (shopper_id, number) SELECT id, 1 FROM made`);
  await expectNoInternalIds(await shop.asOwner(), { seed });
});
