import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDualId, Field, installDualId, Many, PublicIds, View } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { installApiKeys, uninstallApiKeys } from 'nest-dual-id/api-keys';
import { diagnose } from 'nest-dual-id/doctor';
import {
  Group,
  IdentityModule,
  installIdentity,
  Permission,
  Role,
  uninstallIdentity,
} from 'nest-dual-id/identity';
import { DataSource } from 'typeorm';
import { refusalOf } from '../../support/api.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { urlAs } from '../../support/roles.js';
import { schemaSnapshot } from '../../support/schema-snapshot.js';
import type { Instance, Staff } from './staff.js';
import { Employee, openStaff, staffEntities } from './staff.js';

let staff: Staff;
let app: Instance;
beforeAll(async () => {
  staff = await openStaff();
  app = await staff.open();
});
afterAll(() => staff.stop());

const principal = { table: 'employees' };

/** A database with a registry and a table of employees, and whatever comes after it. */
async function bare(run: (source: DataSource) => Promise<void>): Promise<void> {
  const empty = await emptyDatabase();
  const source = await new DataSource({
    type: 'postgres',
    url: urlAs('owner', empty.url),
  }).initialize();
  try {
    await source.transaction(async (runner) => {
      await installDualId(runner);
      await runner.query('CREATE TABLE employees (name text)');
      await addDualId(runner, { table: 'employees', type: { id: 30, name: 'employee' } });
    });
    await run(source);
  } finally {
    await source.destroy();
    await empty.drop();
  }
}

describe('the tables of rights', () => {
  test('leave nothing for migration:generate, and the doctor finds nothing', async () => {
    const role = await app.identity.createRole({ name: 'clerk' });
    const uuid = await staff.employee();
    await app.identity.assign({ principalUuid: uuid, roleUuid: role.uuid });
    const { upQueries } = await staff.owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await diagnose({ dataSource: staff.owner })).toEqual([]);
  });

  test('are enrolled in the registry by their names', async () => {
    const role = await app.identity.createRole({ name: 'archivist' });
    const passport = 'SELECT platform_type_id, guid, name FROM dual_id.passports WHERE uuid = $1';
    expect(await staff.sql(passport, [role.uuid])).toEqual([
      { platform_type_id: 32_702, guid: true, name: 'archivist' },
    ]);
  });

  test.each([
    ['permissions', 'orders:'.repeat(20)],
    ['permissions', 'Orders:read'],
    ['permissions', ':read'],
    ['permissions', 'orders:'],
    ['permissions', 'orders:read\n'],
    ['roles', ' clerk'],
    ['roles', ''],
    ['groups', 'a'.repeat(101)],
  ])('refuse a name in %s: %j', async (table, name) => {
    const insert = `INSERT INTO dual_id.${table} (uuid, name) VALUES (gen_random_uuid(), $1)`;
    await expect(staff.sql(insert, [name])).rejects.toThrow(/_name_ck/);
  });

  test.each([
    `UPDATE dual_id.permissions SET name = 'orders:write'`,
    'UPDATE dual_id.roles SET owner = true',
    'UPDATE dual_id.identity SET has_owner = false',
    'UPDATE dual_id.access_version SET version = 0',
    'TRUNCATE dual_id.principal_roles',
    'SELECT dual_id.keep_owner()',
    'SELECT dual_id.owner_exists()',
  ])('refuse the role of the application: %s', async (text) => {
    await expect(queryOutside(app.dataSource, text)).rejects.toMatchObject({ code: '42501' });
  });

  test('are gone after uninstallIdentity, with everything that belongs to them', () =>
    bare(async (source) => {
      const before = await schemaSnapshot(source);
      await source.transaction((runner) => installIdentity(runner, { principal }));
      expect(await schemaSnapshot(source)).not.toEqual(before);
      await source.transaction((runner) => uninstallIdentity(runner));
      expect(await schemaSnapshot(source)).toEqual(before);
    }));

  test('share the version with API keys, whichever comes first and goes last', () =>
    bare(async (source) => {
      const before = await schemaSnapshot(source);
      const identity = () => source.transaction((runner) => installIdentity(runner, { principal }));
      const hasVersion = async () =>
        (await source.query(`SELECT to_regclass('dual_id.access_version') AS name`))[0].name;
      await identity();
      await source.transaction((runner) => installApiKeys(runner));
      await source.transaction((runner) => uninstallIdentity(runner));
      expect(await hasVersion()).not.toBeNull();
      await identity();
      await source.transaction((runner) => uninstallApiKeys(runner));
      expect(await hasVersion()).not.toBeNull();
      await source.transaction((runner) => uninstallIdentity(runner));
      expect(await schemaSnapshot(source)).toEqual(before);
    }));

  test('are refused for principals without both ids and a type', () =>
    bare(async (source) => {
      await source.query('CREATE TABLE clerks (id bigint PRIMARY KEY)');
      for (const table of ['clerks', 'nobodies']) {
        const installing = source.transaction((runner) =>
          installIdentity(runner, { principal: { table } }),
        );
        await expect(installing).rejects.toMatchObject({ code: 'setup_refused' });
      }
    }));
});

@View(Permission)
class PermissionView {
  @Field() name!: string;
}

@View(Role)
class RoleView {
  @Field() uuid!: PublicId<Role>;
  @Field() name!: string;
  @Field() owner!: boolean;
  @Many(() => PermissionView) permissions!: PermissionView[];
  @Many(() => HolderView, 'roles') holders!: HolderView[];
}

@View(Employee)
class HolderView {
  @Field() uuid!: PublicId<Employee>;
}

@View(Employee)
class EmployeeView {
  @Field() uuid!: PublicId<Employee>;
  @PublicIds('roles') roleUuids!: string[];
  @Many(() => GroupView) groups!: GroupView[];
}

@View(Group)
class GroupView {
  @Field() name!: string;
  @PublicIds('roles') roleUuids!: string[];
}

test('views show roles, groups, permissions and holders from both sides', async () => {
  const { identity, repositories } = app;
  const permission = await identity.createPermission({ name: 'files:read' });
  const role = await identity.createRole({ name: 'reader' });
  const group = await identity.createGroup({ name: 'readers' });
  const principalUuid = await staff.employee();
  await identity.grant({ roleUuid: role.uuid, permissionUuid: permission.uuid });
  await identity.assign({ principalUuid, roleUuid: role.uuid });
  await identity.assign({ groupUuid: group.uuid, roleUuid: role.uuid });
  await identity.addMember({ principalUuid, groupUuid: group.uuid });
  const employee = principalUuid as PublicId<Employee>;
  expect(await repositories.of(Employee).get(EmployeeView, employee)).toEqual({
    uuid: principalUuid,
    roleUuids: [role.uuid],
    groups: [{ name: 'readers', roleUuids: [role.uuid] }],
  });
  expect(await repositories.of(Role).get(RoleView, role.uuid as PublicId<Role>)).toEqual({
    uuid: role.uuid,
    name: 'reader',
    owner: false,
    permissions: [{ name: 'files:read' }],
    holders: [{ uuid: principalUuid }],
  });
});

describe('the module', () => {
  const boots = (url: string, entities: Function[], of: Function) =>
    refusalOf({
      url,
      entities,
      imports: [IdentityModule.forRoot({ principal: of as typeof Employee })],
    });

  test('starts on a migrated database', async () => {
    expect(await boots(staff.url, staffEntities, Employee)).toBe('It boots.');
  });

  test('refuses to start with principals that are none', async () => {
    expect(await boots(staff.url, staffEntities, Role)).toContain('has no @DualId with a type');
    expect(await boots(staff.url, [Group, Role, Permission], Employee)).toContain(
      'is not an entity of the data source',
    );
  });

  test('refuses to start with principals of another type, or whose soft deletion goes unseen', () =>
    bare(async (source) => {
      await source.transaction((runner) => installIdentity(runner, { principal }));
      const { url } = source.options as { url: string };
      const all = [Employee, Group, Role, Permission];
      expect(await boots(url, all, Employee)).toContain('does not follow the soft deletion');
      await source.query('UPDATE dual_id.identity SET principal_type = 31');
      expect(await boots(url, all, Employee)).toContain('are of the platform type 31');
    }));

  test('refuses to start before its migration has run', () =>
    bare(async (source) => {
      const { url } = source.options as { url: string };
      const { Clerk } = await import('./clerk.js');
      expect(await boots(url, [Clerk], Clerk)).toContain(
        'call installIdentity(runner) in a migration',
      );
    }));
});
