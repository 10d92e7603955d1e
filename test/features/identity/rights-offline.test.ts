import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { rightsLimits } from '../../../src/features/identity/rights/permissions.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import type { Instance, Staff } from './staff.js';
import { openStaff } from './staff.js';

let staff: Staff;
let one: Instance;
let pair: { readonly principalUuid: string; readonly roleUuid: string };
beforeAll(async () => {
  staff = await openStaff();
  one = await staff.open();
  const { uuid: permissionUuid } = await one.identity.createPermission({ name: 'files:read' });
  const { uuid: roleUuid } = await one.identity.createRole({ name: 'reader' });
  await one.identity.grant({ roleUuid, permissionUuid });
  pair = { principalUuid: await staff.employee(), roleUuid };
  await one.identity.assign(pair);
});
afterAll(() => staff.stop());

const of = async ({ permissions }: Instance) => [...(await permissions.of(pair.principalUuid))];

test('without the database, rights are honored for 10 seconds, which are 3 here', async () => {
  expect(rightsLimits).toMatchObject({ granted: 10_000, refused: 1_000 });
  const proxy = await DatabaseProxy.before(staff.url);
  const cut = await staff.open(proxy.url, { granted: 3_000 });
  const start = performance.now();
  expect(await of(cut)).toEqual(['files:read']);
  await proxy.stop();
  let at = 0;
  const honored = async () => {
    at = performance.now() - start;
    return of(cut).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'unavailable' });
        return false;
      },
    );
  };
  let last = 0;
  while (await honored()) {
    last = at;
    await sleep(20);
  }
  expect(last).toBeLessThan(3_000);
  expect(cut.permissions.cached(pair.principalUuid)).toBeUndefined();
  await cut.stop();
});

test('an instance that is closed keeps nothing in memory', async () => {
  const closed = await staff.open();
  closed.permissions.close();
  expect(await of(closed)).toEqual(['files:read']);
  await one.identity.unassign(pair);
  expect(await of(closed)).toEqual([]);
});
