import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublicId } from 'nest-dual-id';
import type { Instance, Staff } from './staff.js';
import { acting, Employee, openStaff } from './staff.js';

let staff: Staff;
let app: Instance;
let other: Instance;
let roleUuid: string;
let groupUuid: string;
beforeAll(async () => {
  staff = await openStaff();
  app = await staff.open();
  other = await staff.open();
});
afterAll(() => staff.stop());

/** Nobody has ever been an owner. */
beforeEach(async () => {
  await staff.sql(`SET session_replication_role = replica;
    TRUNCATE dual_id.principal_roles, dual_id.group_members, dual_id.group_roles, dual_id.roles,
      dual_id.groups, dual_id.role_permissions;
    UPDATE dual_id.identity SET has_owner = false;
    RESET session_replication_role`);
  roleUuid = (await app.identity.createRole({ name: 'owner', owner: true })).uuid;
  groupUuid = (await app.identity.createGroup({ name: 'board' })).uuid;
});

/** An owner by the role itself. */
async function owner(): Promise<string> {
  const principalUuid = await staff.employee();
  await app.identity.assign({ principalUuid, roleUuid });
  return principalUuid;
}

/** An owner by a group. */
async function member(): Promise<string> {
  const principalUuid = await staff.employee();
  await app.identity.assign({ groupUuid, roleUuid });
  await app.identity.addMember({ groupUuid, principalUuid });
  return principalUuid;
}

const lastOwner = { code: 'last_owner', status: 409 };
const employees = () => app.repositories.of(Employee);
const remove = (uuid: string) => employees().remove(uuid as PublicId<Employee>);
const erase = (uuid: string) => employees().erase(uuid as PublicId<Employee>);

/** Ways in which somebody stops being an owner. */
const endings: [string, (uuid: string) => Promise<unknown>, typeof owner][] = [
  ['unassigned', (principalUuid) => app.identity.unassign({ principalUuid, roleUuid }), owner],
  ['soft-deleted', remove, owner],
  ['erased', erase, owner],
  ['soft-deleted as a member', remove, member],
  ['erased as a member', erase, member],
  ['taken out', (uuid) => app.identity.removeMember({ groupUuid, principalUuid: uuid }), member],
  ['without the group’s role', () => app.identity.unassign({ groupUuid, roleUuid }), member],
  ['without the group', () => app.identity.removeGroup(groupUuid), member],
  ['without the role', () => app.identity.removeRole(roleUuid), owner],
];

test.each(endings)('the last owner cannot be %s', async (_how, end, make) => {
  const uuid = await make();
  await expect(end(uuid)).rejects.toMatchObject(lastOwner);
  expect(await staff.sql('SELECT dual_id.owner_exists() AS yes')).toEqual([{ yes: true }]);
});

test.each(endings.filter(([how]) => how !== 'without the role'))(
  'one of two owners can be %s, and the other one is the last then',
  async (_how, end, make) => {
    const [first, second] = [await make(), await owner()];
    await end(first);
    const ending = app.identity.unassign({ principalUuid: second, roleUuid });
    await expect(ending).rejects.toMatchObject(lastOwner);
  },
);

test.each([
  'DELETE FROM employees',
  'DELETE FROM dual_id.roles',
  'DELETE FROM dual_id.groups',
  'UPDATE dual_id.roles SET owner = false',
  'UPDATE employees SET deleted_at = now()',
  'TRUNCATE employees CASCADE',
  'TRUNCATE dual_id.principal_roles, dual_id.group_members',
  'TRUNCATE dual_id.roles CASCADE',
])('SQL of one’s own cannot remove the last owner either: %s', async (sql) => {
  if (sql.includes('groups')) await member();
  else await owner();
  await expect(staff.sql(sql)).rejects.toMatchObject({ code: 'DIOWN' });
});

test('a transaction may replace the last owner, in any order', async () => {
  const [first, second] = [await owner(), await staff.employee()];
  await app.database.transaction(async () => {
    await app.identity.unassign({ principalUuid: first, roleUuid });
    await app.identity.assign({ principalUuid: second, roleUuid });
  });
  expect(await app.identity.roles({ principalUuid: first })).toEqual([]);
  expect(await app.identity.roles({ principalUuid: second })).toHaveLength(1);
});

test('nobody has to be an owner before anybody was one', async () => {
  const principalUuid = await staff.employee();
  await app.identity.addMember({ groupUuid, principalUuid });
  await app.identity.assign({ groupUuid: groupUuid, roleUuid: (await clerk()).uuid });
  await app.identity.removeMember({ groupUuid, principalUuid });
  await remove(principalUuid);
  await app.identity.removeRole(roleUuid);
});

test('an owner who was deleted is none, and one who is restored is one again', async () => {
  const [first, second] = [await owner(), await owner()];
  await remove(first);
  await expect(remove(second)).rejects.toMatchObject(lastOwner);
  await staff.sql('UPDATE employees SET deleted_at = NULL WHERE uuid = $1', [first]);
  await remove(second);
});

const clerk = () => app.identity.createRole({ name: 'clerk' });

describe('of two removals at once', () => {
  type Removal = (instance: Instance, principalUuid: string) => Promise<unknown>;
  const unassigning: Removal = ({ identity }, principalUuid) =>
    identity.unassign({ principalUuid, roleUuid });
  const removing: Removal = ({ repositories }, uuid) =>
    repositories.of(Employee).remove(uuid as PublicId<Employee>);
  const erasing: Removal = ({ repositories }, uuid) =>
    repositories.of(Employee).erase(uuid as PublicId<Employee>);

  test.each([
    ['READ COMMITTED', 'two are unassigned', unassigning, unassigning],
    ['READ COMMITTED', 'one is deleted', unassigning, removing],
    ['READ COMMITTED', 'both are erased', erasing, erasing],
    ['REPEATABLE READ', 'two are unassigned', unassigning, unassigning],
    ['REPEATABLE READ', 'one is deleted', unassigning, removing],
    ['SERIALIZABLE', 'two are unassigned', unassigning, unassigning],
  ] as const)('at %s one fails: %s', async (isolation, _what, first, second) => {
    const [one, two] = [await owner(), await owner()];
    let arrived = 0;
    let open = () => {};
    const both = new Promise<void>((resolve) => (open = resolve));
    const run = (instance: Instance, uuid: string, removal: Removal) =>
      instance.database.transaction(async () => {
        await removal(instance, uuid);
        arrived += 1;
        if (arrived === 2) open();
        await both;
      }, isolation);
    const outcomes = await Promise.allSettled([run(app, one, first), run(other, two, second)]);
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : [],
    );
    expect(reasons).toHaveLength(1);
    expect(['last_owner', 'concurrent_change']).toContain(reasons[0]);
    expect(await staff.sql('SELECT dual_id.owner_exists() AS yes')).toEqual([{ yes: true }]);
  });
});

describe('who is not an owner', () => {
  test('makes nobody one, and ends nobody’s ownership', async () => {
    const principalUuid = await owner();
    const second = await member();
    const by = acting(await staff.employee());
    const { identity } = app;
    const attempts = [
      () => identity.createRole({ name: 'boss', owner: true }, by),
      () => identity.assign({ principalUuid: by.uuid!, roleUuid }, by),
      () => identity.assign({ groupUuid, roleUuid }, by),
      () => identity.addMember({ principalUuid: by.uuid!, groupUuid }, by),
      () => identity.unassign({ principalUuid, roleUuid }, by),
      () => identity.unassign({ groupUuid, roleUuid }, by),
      () => identity.removeMember({ groupUuid, principalUuid: second }, by),
      () => identity.removeGroup(groupUuid, by),
      () => identity.removeRole(roleUuid, by),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  test('is an owner with credentials that are limited to scopes', async () => {
    const by = acting(await owner(), { scopes: new Set(['owner']) });
    const assigning = app.identity.assign({ principalUuid: await staff.employee(), roleUuid }, by);
    await expect(assigning).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('becomes one by an owner', async () => {
    const by = acting(await owner());
    const principalUuid = await staff.employee();
    expect(await app.identity.assign({ principalUuid, roleUuid }, by)).toBe(true);
    expect(await app.identity.unassign({ principalUuid: by.uuid!, roleUuid }, by)).toBe(true);
  });
});
