import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from './until.js';
import type { Instance, Staff } from './staff.js';
import { acting, openStaff } from './staff.js';

let staff: Staff;
let app: Instance;
let other: Instance;
beforeAll(async () => {
  staff = await openStaff();
  app = await staff.open();
  other = await staff.open();
});
afterAll(() => staff.stop());

let count = 0;

/** A role, an actor who holds all that it brings by another role, and a friend of theirs. */
async function scene() {
  count += 1;
  const { identity } = app;
  const [own, lacked] = await Promise.all(
    ['own', 'lacked'].map((word) => identity.createPermission({ name: `${word}:do${count}` })),
  );
  const { uuid: roleUuid } = await identity.createRole({ name: `role ${count}` });
  const { uuid: groupUuid } = await identity.createGroup({ name: `group ${count}` });
  const { uuid: rich } = await identity.createRole({ name: `rich ${count}` });
  const { uuid: actorsRole } = await identity.createRole({ name: `actor ${count}` });
  for (const one of [roleUuid, actorsRole]) {
    await identity.grant({ roleUuid: one, permissionUuid: own!.uuid });
  }
  await identity.grant({ roleUuid: rich, permissionUuid: lacked!.uuid });
  const [actor, friend] = [await staff.employee(), await staff.employee()];
  await identity.assign({ principalUuid: actor, roleUuid: actorsRole });
  return { roleUuid, actorsRole, groupUuid, rich, lacked: lacked!.uuid, actor, friend };
}
type Scene = Awaited<ReturnType<typeof scene>>;

/** Whether a statement of the application waits for a lock. */
const isWaiting = async () => {
  const [row] = await staff.sql<{ waiting: string }>(
    `SELECT count(*) AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row!.waiting !== '0';
};

let hasWaited = false;

/** Begins a change, lets the attempt come upon it, and commits the change. */
async function during<T>(
  change: (instance: Instance) => Promise<unknown>,
  attempt: () => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  let attempted: Promise<PromiseSettledResult<T>[]> | undefined;
  hasWaited = false;
  await other.database.transaction(async () => {
    await change(other);
    attempted = Promise.allSettled([other.database.outside(attempt)]);
    await until(isWaiting);
    hasWaited = true;
  });
  return (await attempted!)[0]!;
}

describe('a grant waits for a change of what it compares, and is refused by its outcome', () => {
  const assign = ({ friend, roleUuid, actor }: Scene) =>
    app.identity.assign({ principalUuid: friend, roleUuid }, acting(actor));
  const join = ({ friend, groupUuid, actor }: Scene) =>
    app.identity.addMember({ principalUuid: friend, groupUuid }, acting(actor));

  test.each<[string, (instance: Instance, of: Scene) => Promise<unknown>, typeof assign]>([
    [
      'the actor loses the role',
      ({ identity }, { actor, actorsRole }) =>
        identity.unassign({ principalUuid: actor, roleUuid: actorsRole }),
      assign,
    ],
    [
      'the role gets another permission',
      ({ identity }, { roleUuid, lacked }) => identity.grant({ roleUuid, permissionUuid: lacked }),
      assign,
    ],
    [
      'the group gets another role',
      ({ identity }, { groupUuid, rich }) => identity.assign({ groupUuid, roleUuid: rich }),
      join,
    ],
    [
      'the actor is deleted',
      ({ database }, { actor }) =>
        database.manager.query('UPDATE employees SET deleted_at = now() WHERE uuid = $1', [actor]),
      assign,
    ],
  ])('%s', async (_what, change, grant) => {
    const of = await scene();
    const outcome = await during(
      (instance) => change(instance, of),
      () => grant(of),
    );
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'forbidden' } });
    const held = { principalUuid: of.friend };
    expect([await app.identity.roles(held), await app.identity.groups(held)]).toEqual([[], []]);
  });
});

test('what a grant has compared is changed only after it', async () => {
  const of = await scene();
  const { actor, friend, roleUuid, actorsRole, lacked } = of;
  const grant = { principalUuid: friend, roleUuid };
  for (const change of [
    () => app.identity.unassign({ principalUuid: actor, roleUuid: actorsRole }),
    () => app.identity.grant({ roleUuid, permissionUuid: lacked }),
  ]) {
    // Whatever waits is seen to wait before the grant commits.
    const outcome = during(
      ({ identity }) => identity.assign(grant, acting(actor)),
      async () => (await change()) && hasWaited,
    );
    expect(await outcome).toMatchObject({ status: 'fulfilled', value: true });
    await app.identity.unassign(grant);
    await app.identity.assign({ principalUuid: actor, roleUuid: actorsRole });
  }
});

test('a grant by an older snapshot fails if any right was changed since', async () => {
  const of = await scene();
  const { actor, friend, roleUuid, lacked } = of;
  const granting = app.database.transaction(async () => {
    await app.identity.roles();
    await other.identity.grant({ roleUuid, permissionUuid: lacked });
    await app.identity.assign({ principalUuid: friend, roleUuid }, acting(actor));
  }, 'REPEATABLE READ');
  await expect(granting).rejects.toMatchObject({ code: 'concurrent_change' });
  expect(await app.identity.roles({ principalUuid: friend })).toEqual([]);
});
