import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPublicId } from 'nest-dual-id';
import type { Instance, Staff } from './staff.js';
import { acting, openStaff } from './staff.js';

let staff: Staff;
let app: Instance;
beforeAll(async () => {
  staff = await openStaff();
  app = await staff.open();
});
afterAll(() => staff.stop());

let count = 0;

async function permission(): Promise<{ uuid: string; name: string }> {
  count += 1;
  return app.identity.createPermission({ name: `things:do${count}` });
}

/** A role with these permissions. */
async function role(...permissionUuids: string[]): Promise<string> {
  count += 1;
  const { uuid: roleUuid } = await app.identity.createRole({ name: `role ${count}` });
  for (const permissionUuid of permissionUuids) {
    await app.identity.grant({ roleUuid, permissionUuid });
  }
  return roleUuid;
}

async function group(...roleUuids: string[]): Promise<string> {
  count += 1;
  const { uuid: groupUuid } = await app.identity.createGroup({ name: `group ${count}` });
  for (const roleUuid of roleUuids) await app.identity.assign({ groupUuid, roleUuid });
  return groupUuid;
}

/** An employee who holds these roles. */
async function holder(...roleUuids: string[]): Promise<string> {
  const principalUuid = await staff.employee();
  for (const roleUuid of roleUuids) await app.identity.assign({ principalUuid, roleUuid });
  return principalUuid;
}

const forbidden = { code: 'forbidden' };

describe('what is created', () => {
  test('is listed by name, in parts, and gone once it is removed', async () => {
    const names = ['zeta', 'alpha', 'mid'];
    const created = [];
    for (const name of names) created.push(await app.identity.createGroup({ name }));
    expect(created[0]).toMatchObject({
      name: 'zeta',
      description: '',
      createdAt: expect.any(Date),
    });
    const listed = await app.identity.groups();
    expect(listed.map(({ name }) => name).filter((name) => names.includes(name))).toEqual([
      'alpha',
      'mid',
      'zeta',
    ]);
    const [first] = await app.identity.groups({ limit: 1 });
    const [second] = await app.identity.groups({ limit: 1, after: first!.uuid });
    expect([first!.name, second!.name]).toEqual(listed.slice(0, 2).map(({ name }) => name));
    await app.identity.removeGroup(created[1]!.uuid);
    expect((await app.identity.groups()).map(({ name }) => name)).not.toContain('alpha');
    const again = app.identity.removeGroup(created[1]!.uuid);
    await expect(again).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each(['orders-', 'Orders:read', 'orders:', 'orders read', '', undefined, 7])(
    'is no permission named %j',
    async (name) => {
      const creating = app.identity.createPermission({ name: name as string });
      await expect(creating).rejects.toMatchObject({ code: 'rule_violated' });
    },
  );

  test.each(['', ' clerk', 'a'.repeat(101), 'a\0b', undefined])(
    'is no role or group named %j',
    async (name) => {
      const given = { name: name as string };
      await expect(app.identity.createRole(given)).rejects.toMatchObject({ code: 'rule_violated' });
      await expect(app.identity.createGroup(given)).rejects.toMatchObject({
        code: 'rule_violated',
      });
    },
  );

  test('has a name of its own', async () => {
    await app.identity.createRole({ name: 'twin' });
    const again = app.identity.createRole({ name: 'twin' });
    await expect(again).rejects.toMatchObject({
      code: 'conflict',
      details: { errors: [{ pointer: '/name' }] },
    });
  });
});

describe('a pair', () => {
  test('is made once and taken once, and listed in between', async () => {
    const { uuid: permissionUuid } = await permission();
    const [roleUuid, groupUuid, principalUuid] = [await role(), await group(), await holder()];
    const { identity } = app;
    const pairs = [
      () => identity.grant({ roleUuid, permissionUuid }),
      () => identity.assign({ principalUuid, roleUuid }),
      () => identity.assign({ groupUuid, roleUuid }),
      () => identity.addMember({ groupUuid, principalUuid }),
    ];
    for (const make of pairs) expect([await make(), await make()]).toEqual([true, false]);
    expect(await identity.permissions({ roleUuid })).toMatchObject([{ uuid: permissionUuid }]);
    expect(await identity.roles({ principalUuid })).toMatchObject([{ uuid: roleUuid }]);
    expect(await identity.roles({ groupUuid })).toMatchObject([{ uuid: roleUuid, owner: false }]);
    expect(await identity.groups({ principalUuid })).toMatchObject([{ uuid: groupUuid }]);
    expect(await identity.members(groupUuid)).toEqual([principalUuid]);
    expect(await identity.members(groupUuid, { after: principalUuid })).toEqual([]);
    const takings = [
      () => identity.revoke({ roleUuid, permissionUuid }),
      () => identity.unassign({ principalUuid, roleUuid }),
      () => identity.unassign({ groupUuid, roleUuid }),
      () => identity.removeMember({ groupUuid, principalUuid }),
    ];
    for (const take of takings) expect([await take(), await take()]).toEqual([true, false]);
  });

  test('is refused with somebody or something that is not there', async () => {
    const [roleUuid, principalUuid, nobody] = [await role(), await holder(), newPublicId(4)];
    const { identity } = app;
    const refused = [
      () => identity.assign({ principalUuid: nobody, roleUuid }),
      () => identity.assign({ principalUuid, roleUuid: nobody }),
      // Another kind of thing is no principal either.
      () => identity.assign({ principalUuid: roleUuid, roleUuid }),
      () => identity.addMember({ principalUuid, groupUuid: roleUuid }),
      () => identity.grant({ roleUuid, permissionUuid: nobody }),
    ];
    for (const one of refused) await expect(one()).rejects.toMatchObject({ code: 'not_found' });
    const malformed = identity.assign({ principalUuid: '7', roleUuid });
    await expect(malformed).rejects.toMatchObject({ code: 'malformed_public_id' });
    const both = { principalUuid, groupUuid: nobody, roleUuid };
    await expect(identity.assign(both)).rejects.toMatchObject({ code: 'misuse' });
  });

  test('is refused with a principal who was deleted', async () => {
    const [roleUuid, principalUuid] = [await role(), await holder()];
    await staff.sql('UPDATE employees SET deleted_at = now() WHERE uuid = $1', [principalUuid]);
    const assigning = app.identity.assign({ principalUuid, roleUuid });
    await expect(assigning).rejects.toMatchObject({ code: 'gone' });
  });
});

describe('whoever grants', () => {
  test('may pass on what they hold, by themselves or by a group', async () => {
    const { uuid: permissionUuid } = await permission();
    const roleUuid = await role(permissionUuid);
    const groupUuid = await group(roleUuid);
    const member = await holder();
    await app.identity.addMember({ groupUuid, principalUuid: member });
    for (const by of [acting(await holder(roleUuid)), acting(member)]) {
      const principalUuid = await holder();
      const to = { roleUuid: await role(), groupUuid: await group() };
      expect(await app.identity.assign({ principalUuid, roleUuid }, by)).toBe(true);
      expect(await app.identity.addMember({ principalUuid, groupUuid }, by)).toBe(true);
      expect(await app.identity.assign({ groupUuid: to.groupUuid, roleUuid }, by)).toBe(true);
      expect(await app.identity.grant({ roleUuid: to.roleUuid, permissionUuid }, by)).toBe(true);
    }
  });

  test('may not pass on what they lack, whatever brings it, and nothing is changed', async () => {
    const [own, lacked] = [await permission(), await permission()];
    const roleUuid = await role(own.uuid, lacked.uuid);
    const groupUuid = await group(roleUuid);
    const by = acting(await holder(await role(own.uuid)), {
      // What the request was told is not what counts.
      permissions: new Set([own.name, lacked.name]),
    });
    const principalUuid = await holder();
    const otherRole = await role();
    const refused = [
      () => app.identity.assign({ principalUuid, roleUuid }, by),
      () => app.identity.assign({ principalUuid: by.uuid!, roleUuid }, by),
      () => app.identity.assign({ groupUuid: groupUuid, roleUuid }, by),
      () => app.identity.addMember({ principalUuid, groupUuid }, by),
      () => app.identity.grant({ roleUuid: otherRole, permissionUuid: lacked.uuid }, by),
    ];
    for (const attempt of refused) {
      const error = (await attempt().catch((reason: unknown) => reason)) as Error;
      expect(error).toMatchObject(forbidden);
      expect(error.message).not.toContain(lacked.name);
    }
    expect(await app.identity.roles({ principalUuid })).toEqual([]);
    expect(await app.identity.groups({ principalUuid })).toEqual([]);
    expect(await app.identity.permissions({ roleUuid: otherRole })).toEqual([]);
  });

  test('passes on no more than their credentials cover', async () => {
    const [read, write] = [await permission(), await permission()];
    const [reading, writing] = [await role(read.uuid), await role(write.uuid)];
    const by = acting(await holder(reading, writing), { scopes: new Set([read.name]) });
    const principalUuid = await holder();
    expect(await app.identity.assign({ principalUuid, roleUuid: reading }, by)).toBe(true);
    const beyond = app.identity.assign({ principalUuid, roleUuid: writing }, by);
    await expect(beyond).rejects.toMatchObject(forbidden);
  });

  test('may be a key that acts for nobody, with what it carries', async () => {
    const [own, lacked] = [await permission(), await permission()];
    const by = acting(null, { scopes: new Set([own.name]), permissions: new Set([own.name]) });
    const principalUuid = await holder();
    const carried = { principalUuid, roleUuid: await role(own.uuid) };
    expect(await app.identity.assign(carried, by)).toBe(true);
    const beyond = app.identity.assign({ principalUuid, roleUuid: await role(lacked.uuid) }, by);
    await expect(beyond).rejects.toMatchObject(forbidden);
  });

  test('has nothing to pass on once they were deleted', async () => {
    const { uuid } = await permission();
    const roleUuid = await role(uuid);
    const by = acting(await holder(roleUuid));
    await staff.sql('UPDATE employees SET deleted_at = now() WHERE uuid = $1', [by.uuid]);
    const granting = app.identity.assign({ principalUuid: await holder(), roleUuid }, by);
    await expect(granting).rejects.toMatchObject(forbidden);
  });
});
