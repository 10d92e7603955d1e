import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { importFolder } from 'nest-dual-id/import';
import { instacart } from '../../../src/shop/import/instacart.js';
import type { RestrictedRole } from '../../support/restricted-role.js';
import { hideRows, restrictedRole } from '../../support/restricted-role.js';
import { smallShop } from './small-shop.js';
import type { Workbench } from './workbench.js';
import { workbench } from './workbench.js';

let bench: Workbench;
let role: RestrictedRole;
beforeEach(async () => {
  bench = await workbench();
  role = await restrictedRole(bench.rows, bench.url);
});
afterEach(async () => {
  await role.drop();
  await bench.close();
});

test('rows that refer to hidden rows are not rejected: the import is refused', async () => {
  // Some of the tables that the import reads, and none that it writes first.
  await hideRows(bench.rows, 'products', 'false');
  const folder = await bench.folder(smallShop);
  const run = () => importFolder({ database: role.url, plan: instacart, folder });
  await expect(run()).rejects.toThrow(
    new RegExp(`rows of products from the role ${role.name}.*ALTER ROLE ${role.name} BYPASSRLS`),
  );
  expect(await bench.value('SELECT count(*)::int FROM orders')).toBe(0);
  await bench.rows(`ALTER ROLE ${role.name} BYPASSRLS`);
  const { files } = await run();
  expect(files.map(({ rejected }) => rejected).every((count) => count === 0)).toBe(true);
});
