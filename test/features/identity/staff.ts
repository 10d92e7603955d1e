import {
  addDualId,
  Database,
  DualId,
  DualIdEntity,
  dualIdDataSource,
  installDualId,
  Personal,
  Repositories,
} from 'nest-dual-id';
import { addHistory, installHistory } from 'nest-dual-id/history';
import {
  Group,
  Identity,
  installIdentity,
  Permission,
  Permissions,
  PrincipalGroups,
  PrincipalRoles,
  Role,
} from 'nest-dual-id/identity';
import { Column, DataSource, DeleteDateColumn } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Pool } from 'pg';
import type { Principal } from '../../../src/core/access/principal.js';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { rightsLimits } from '../../../src/features/identity/rights/permissions.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor, urlAs } from '../../support/roles.js';

@DualId({ table: 'employees', type: 30, named: ['name'] })
export class Employee extends DualIdEntity {
  @Personal('') @Column('text') name!: string;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
  @PrincipalRoles() roles!: Role[];
  @PrincipalGroups() groups!: Group[];
}

export const staffEntities = [Employee, Group, Role, Permission];

/** What the history keeps of who may do what. */
export const loggedPairs = [
  { table: 'principal_roles', record: 'principal_id', related: 'role_uuid' },
  { table: 'group_members', record: 'principal_id', related: 'group_uuid' },
  { table: 'group_roles', record: 'group_uuid', related: 'role_uuid' },
  { table: 'role_permissions', record: 'role_uuid', related: 'permission_uuid' },
].map((pair) => ({ schema: 'dual_id', keep: 'rows', ...pair }) as const);

/** One instance of an application: its own pool and its own cache. */
export interface Instance {
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly permissions: Permissions;
  readonly identity: Identity;
  readonly repositories: Repositories;
  /** How many connections were taken so far, one for each statement outside of transactions. */
  statements(): number;
  stop(): Promise<void>;
}

/** A database with employees and their rights, and instances of an application on it. */
export interface Staff {
  /** The address for a role that owns nothing. */
  readonly url: string;
  readonly owner: DataSource;
  open(url?: string, limits?: Partial<typeof rightsLimits>): Promise<Instance>;
  /** Runs SQL as a superuser. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Adds an employee and returns the public id. */
  employee(name?: string): Promise<string>;
  stop(): Promise<void>;
}

export async function migrateStaff(runner: EntityManager): Promise<void> {
  await installDualId(runner);
  await runner.query('CREATE TABLE employees (name text NOT NULL, deleted_at timestamptz)');
  await addDualId(runner, {
    table: 'employees',
    type: { id: 30, name: 'employee' },
    namedBy: ['name'],
    deletedAt: 'deleted_at',
  });
  await installIdentity(runner, { principal: { table: 'employees' } });
  await installHistory(runner);
  for (const pair of loggedPairs) await addHistory(runner, pair);
}

export async function openStaff(): Promise<Staff> {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, migrateStaff);
  const opened: Instance[] = [];
  const owner = await openSource(urlAs('owner', url));
  const superuser = await openSource(empty.url);
  const sql: Staff['sql'] = (text, values) => queryOutside(superuser, text, values);
  return {
    url,
    owner,
    sql,
    open: async (at = url, limits = {}) => {
      const instance = instanceOn(await openSource(at), limits);
      opened.push(instance);
      return instance;
    },
    employee: async (name = 'Ada') => {
      const insert = 'INSERT INTO employees (name) VALUES ($1) RETURNING uuid';
      return (await sql<{ uuid: string }>(insert, [name]))[0]!.uuid;
    },
    stop: async () => {
      for (const instance of opened) await instance.stop();
      for (const source of [owner, superuser]) await source.destroy();
      await empty.drop();
    },
  };
}

/** Somebody who makes a request, with no limit to the credentials. */
export function acting(uuid: string | null, more: Partial<Principal> = {}): Principal {
  return { uuid, scopes: undefined, permissions: new Set(), ...more };
}

function instanceOn(dataSource: DataSource, limits: Partial<typeof rightsLimits>): Instance {
  const { master } = dataSource.driver as unknown as { master: Pool };
  let statements = 0;
  master.on('acquire', () => (statements += 1));
  const database = new Database(dataSource, {});
  const permissions = new Permissions(database, { ...rightsLimits, ...limits });
  return {
    dataSource,
    database,
    permissions,
    identity: new Identity(database, permissions),
    repositories: new Repositories(dataSource, database, new ViewRegistry(dataSource), {}),
    statements: () => statements,
    stop: async () => {
      permissions.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}

function openSource(url: string): Promise<DataSource> {
  return new DataSource(dualIdDataSource({ url, entities: staffEntities })).initialize();
}
