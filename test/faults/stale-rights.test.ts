import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance, Staff } from '../features/identity/staff.js';
import { openStaff } from '../features/identity/staff.js';

let staff: Staff;
let one: Instance;
let other: Instance;
beforeAll(async () => {
  staff = await openStaff();
  one = await staff.open();
  other = await staff.open(staff.url, { granted: 3_600_000 });
});
afterAll(() => staff.stop());

test('a right that ended on one instance is honored by another for less than a second', async () => {
  const { uuid: permissionUuid } = await one.identity.createPermission({ name: 'orders:read' });
  const { uuid: roleUuid } = await one.identity.createRole({ name: 'clerk' });
  await one.identity.grant({ roleUuid, permissionUuid });
  const principalUuid = await staff.employee();
  const ages: number[] = [];
  for (let round = 0; round < 20; round += 1) {
    await one.identity.assign({ principalUuid, roleUuid });
    while ((await other.permissions.of(principalUuid)).size === 0) await sleep(5);
    await sleep(round * 25);
    await one.identity.unassign({ principalUuid, roleUuid });
    const ended = performance.now();
    while ((await other.permissions.of(principalUuid)).size > 0) await sleep(2);
    ages.push(performance.now() - ended);
  }
  expect(Math.max(...ages)).toBeLessThan(1_000);
});
