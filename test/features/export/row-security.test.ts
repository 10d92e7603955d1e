import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ExportError, exportView } from 'nest-dual-id/export';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../../src/shop/data-source-options.js';
import { OrderSummary } from '../../../src/shop/orders/order.view.js';
import { runSql } from '../../support/empty-database.js';
import type { RestrictedRole } from '../../support/restricted-role.js';
import { hideRows, restrictedRole } from '../../support/restricted-role.js';
import type { FilledShop } from './filled-shop.js';
import { filledShop } from './filled-shop.js';

let filled: FilledShop;
let role: RestrictedRole;
let source: DataSource;
const sql = (text: string) => runSql(filled.shop.databaseUrl, text);
beforeAll(async () => {
  filled = await filledShop();
  role = await restrictedRole(sql, filled.shop.databaseUrl);
  source = await new DataSource(shopDataSource(role.url)).initialize();
});
afterAll(async () => {
  await source.destroy();
  await role.drop();
  await filled.close();
});

async function exported(): Promise<string> {
  let text = '';
  for await (const chunk of exportView({ dataSource: source, view: OrderSummary })) text += chunk;
  return text;
}

test('an export is complete or is refused, also if a policy hides rows that are joined', async () => {
  const whole = await exported();
  // Orders show the public id of their user.
  await hideRows(sql, 'users', 'false');
  const refused = await exported().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ExportError);
  expect((refused as Error).message).toContain(`rows of users from the role ${role.name}`);
  await sql(`ALTER ROLE ${role.name} BYPASSRLS`);
  expect(await exported()).toBe(whole);
});
