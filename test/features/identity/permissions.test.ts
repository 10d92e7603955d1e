import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPublicId } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { until } from './until.js';
import type { Instance, Staff } from './staff.js';
import { Employee, openStaff } from './staff.js';

let staff: Staff;
let one: Instance;
let other: Instance;
beforeAll(async () => {
  staff = await openStaff();
  // Nothing is forgotten because its time is over.
  one = await staff.open(staff.url, { granted: 3_600_000 });
  other = await staff.open(staff.url, { granted: 3_600_000 });
});
afterAll(() => staff.stop());

let count = 0;

/** A role with a permission of its own. */
async function newRole() {
  count += 1;
  const name = `things:read${count}`;
  const permission = await one.identity.createPermission({ name });
  const role = await one.identity.createRole({ name: `role ${count}` });
  const pair = { roleUuid: role.uuid, permissionUuid: permission.uuid };
  await one.identity.grant(pair);
  return { ...pair, name };
}

/** An employee who holds a role. */
async function newHolder() {
  const role = await newRole();
  const principalUuid = await staff.employee();
  await one.identity.assign({ principalUuid, roleUuid: role.roleUuid });
  return { ...role, principalUuid };
}

const of = async ({ permissions }: Instance, uuid: string) => [...(await permissions.of(uuid))];

describe('the permissions of a principal', () => {
  test('come from its roles and from those of its groups, each once', async () => {
    const [direct, byGroup] = [await newRole(), await newRole()];
    const principalUuid = await staff.employee();
    const group = await one.identity.createGroup({ name: 'night shift' });
    const groupUuid = group.uuid;
    await one.identity.assign({ principalUuid, roleUuid: direct.roleUuid });
    for (const { roleUuid } of [direct, byGroup])
      await one.identity.assign({ groupUuid, roleUuid });
    await one.identity.addMember({ groupUuid, principalUuid });
    const found = await one.permissions.of(principalUuid.toUpperCase());
    expect([...found].sort()).toEqual([direct.name, byGroup.name].sort());
  });

  test('are none for somebody without roles, a stranger and what is no public id', async () => {
    const nobodys = [await staff.employee(), newPublicId(4), '7', '', undefined];
    for (const uuid of nobodys) expect(await of(one, uuid as string)).toEqual([]);
    const [employee, stranger, wrong] = nobodys as [string, string, string];
    expect(await one.permissions.permissionsOf(employee)).toEqual(new Set());
    expect(await one.permissions.permissionsOf(stranger)).toBeUndefined();
    expect(one.permissions.permissionsOf(wrong)).toBeUndefined();
  });

  test('are none for a role or a permission in the place of a principal', async () => {
    const { roleUuid, permissionUuid } = await newHolder();
    for (const uuid of [roleUuid, permissionUuid]) expect(await of(one, uuid)).toEqual([]);
  });

  test('cannot be changed by whoever gets them', async () => {
    const { principalUuid, name } = await newHolder();
    const found = (await one.permissions.of(principalUuid)) as Set<string>;
    expect(() => found.add('everything:all')).toThrow(TypeError);
    expect(() => found.delete(name)).toThrow(TypeError);
    expect(() => found.clear()).toThrow(TypeError);
    expect(await of(one, principalUuid)).toEqual([name]);
  });
});

describe('a lookup', () => {
  test('is one statement for all who ask at once, and none while it is in memory', async () => {
    const holders = [await newHolder(), await newHolder(), await newHolder()];
    const app = await staff.open();
    expect(app.permissions.cached(holders[0]!.principalUuid)).toBeUndefined();
    const before = app.statements();
    const asking = holders.flatMap(({ principalUuid }) =>
      Array.from({ length: 5 }, () => of(app, principalUuid)),
    );
    expect(await Promise.all(asking)).toEqual(
      holders.flatMap(({ name }) => Array.from({ length: 5 }, () => [name])),
    );
    expect(app.statements() - before).toBe(1);
    expect(app.permissions.counts()).toMatchObject({ lookups: 3 });
    const { principalUuid, name } = holders[0]!;
    const found = app.permissions.permissionsOf(principalUuid);
    expect(found).toEqual(new Set([name]));
    expect(app.permissions.cached(principalUuid)).toBe(found);
    expect(app.permissions.counts()).toMatchObject({ lookups: 3, cached: 1 });
  });

  test('is fresh inside a transaction, which shows its own changes to nobody else', async () => {
    const { principalUuid, roleUuid, name } = await newHolder();
    expect(await of(one, principalUuid)).toEqual([name]);
    await one.database.transaction(async () => {
      await one.identity.unassign({ principalUuid, roleUuid });
      expect(one.permissions.cached(principalUuid)).toBeUndefined();
      expect(await of(one, principalUuid)).toEqual([]);
      expect(await one.database.outside(() => of(one, principalUuid))).toEqual([name]);
    });
    expect(await of(one, principalUuid)).toEqual([]);
  });

  test('that a transaction began is not kept if it is rolled back', async () => {
    const { principalUuid, roleUuid, name } = await newHolder();
    const rolledBack = one.database.transaction(async () => {
      await one.identity.unassign({ principalUuid, roleUuid });
      expect(await of(one, principalUuid)).toEqual([]);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await of(one, principalUuid)).toEqual([name]);
  });

  test('with settings of the caller is a statement of its own, which nobody else is told of', async () => {
    const { principalUuid, name } = await newHolder();
    const app = await staff.open();
    const asTenant = () =>
      app.database.withSettings({ 'app.tenant': '5' }, () => of(app, principalUuid));
    expect([await asTenant(), await asTenant()]).toEqual([[name], [name]]);
    expect(app.permissions.cached(principalUuid)).toBeUndefined();
  });

  test('that is frozen while rights change is kept by nobody', async () => {
    const { principalUuid, roleUuid, name } = await newHolder();
    const proxy = await DatabaseProxy.before(staff.url);
    const slow = await staff.open(proxy.url);
    try {
      const sent = proxy.at(/FROM unnest/, 'frozen behind it');
      const early = of(slow, principalUuid);
      await sent;
      await sleep(200);
      await one.identity.unassign({ principalUuid, roleUuid });
      await slow.database.outside(() => slow.permissions.forget());
      proxy.thaw();
      expect(await early).toEqual([name]);
      expect(await of(slow, principalUuid)).toEqual([]);
    } finally {
      proxy.thaw();
      await slow.stop();
      await proxy.stop();
    }
  });
});

describe('a change', () => {
  type Holder = Awaited<ReturnType<typeof newHolder>>;
  const byIdentity: [string, (holder: Holder) => Promise<unknown>][] = [
    ['a role that is unassigned', (pair) => one.identity.unassign(pair)],
    ['a permission that is revoked', (pair) => one.identity.revoke(pair)],
    ['a role that is removed', ({ roleUuid }) => one.identity.removeRole(roleUuid)],
    ['a permission that is removed', (pair) => one.identity.removePermission(pair.permissionUuid)],
  ];

  test.each(byIdentity)(
    'counts at once on this instance and soon on another: %s',
    async (_what, change) => {
      const holder = await newHolder();
      const { principalUuid, name } = holder;
      for (const app of [one, other]) expect(await of(app, principalUuid)).toEqual([name]);
      await change(holder);
      expect(await of(one, principalUuid)).toEqual([]);
      await until(async () => (await of(other, principalUuid)).length === 0);
    },
  );

  test.each([
    ['a pair', 'DELETE FROM dual_id.principal_roles WHERE role_uuid = $2 AND $1::uuid IS NOT NULL'],
    ['a soft deletion', 'UPDATE employees SET deleted_at = now() WHERE uuid = $1 AND $2 <> $1'],
    ['a deletion', 'DELETE FROM employees WHERE uuid = $1 AND $2 <> $1'],
    [
      'a permission',
      `UPDATE dual_id.permissions SET name = name || '-old' WHERE $1 <> $2 AND uuid IN (
         SELECT permission_uuid FROM dual_id.role_permissions WHERE role_uuid = $2)`,
    ],
  ])('by SQL of one’s own is seen by all instances: %s', async (_what, sql) => {
    const { principalUuid, roleUuid, name } = await newHolder();
    for (const app of [one, other]) expect(await of(app, principalUuid)).toEqual([name]);
    await staff.sql(sql.replaceAll(/\$(\d)/g, '$$$1::uuid'), [principalUuid, roleUuid]);
    for (const app of [one, other]) {
      await until(async () => !(await of(app, principalUuid)).includes(name));
    }
  });

  test('takes all rights from an erased principal, and a restored one has them again', async () => {
    const [erased, restored] = [await newHolder(), await newHolder()];
    for (const { principalUuid, name } of [erased, restored]) {
      expect(await of(other, principalUuid)).toEqual([name]);
    }
    const employees = one.repositories.of(Employee);
    await employees.erase(erased.principalUuid as PublicId<Employee>);
    await employees.remove(restored.principalUuid as PublicId<Employee>);
    await until(async () => (await of(other, erased.principalUuid)).length === 0);
    await until(async () => (await of(other, restored.principalUuid)).length === 0);
    expect(await other.permissions.permissionsOf(erased.principalUuid)).toBeUndefined();
    const restore = 'UPDATE employees SET deleted_at = NULL WHERE uuid = $1';
    await staff.sql(restore, [restored.principalUuid]);
    await until(async () => (await of(other, restored.principalUuid)).length === 1);
  });

  test('is noted once for a transaction, and not by what changes no rights', async () => {
    const { principalUuid } = await newHolder();
    const version = async () =>
      BigInt(
        (await staff.sql('SELECT version FROM dual_id.access_version'))[0]!['version'] as string,
      );
    const before = await version();
    await staff.employee();
    await staff.sql(`UPDATE employees SET name = 'Eve' WHERE uuid = $1`, [principalUuid]);
    expect(await version()).toBe(before);
    await staff.sql('DELETE FROM dual_id.role_permissions');
    expect(await version()).toBe(before + 1n);
  });
});
