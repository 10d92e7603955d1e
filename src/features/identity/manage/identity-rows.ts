import type { Database } from '../../../core/database/database.js';
import type { Row } from '../../../core/database/row.js';
import { statement } from '../../../core/database/statement.js';
import { problem } from '../../../core/errors/problem.js';
import { newPublicId } from '../../../core/ids/new-public-id.js';
import type { ListIdentityOptions } from './list-options.js';
import { requireUuid } from './names.js';
import type { NewRole } from './names.js';

/** A group or a permission. */
export interface IdentityInfo {
  readonly uuid: string;
  readonly name: string;
  readonly description: string;
  readonly createdAt: Date;
}

/** A role. */
export interface RoleInfo extends IdentityInfo {
  /** Whether whoever holds it owns the application. */
  readonly owner: boolean;
}

/** The tables of things with a name. */
export type IdentityTable = 'groups' | 'roles' | 'permissions';

/** Reads and writes groups, roles and permissions. */
export class IdentityRows {
  constructor(private readonly database: Database) {}

  async insert(table: IdentityTable, given: NewRole): Promise<RoleInfo> {
    const { name, description = '', owner = false } = given;
    const values = [newPublicId(7), name, description, ...(table === 'roles' ? [owner] : [])];
    const [row] = await this.database.rows(inserting[table], values);
    return readIdentityInfo(row!);
  }

  async remove(table: IdentityTable, uuid: string): Promise<void> {
    if ((await this.database.execute(removeNamed[table], [uuid])) === 0) throw problem('not_found');
  }

  /** In the order of their names; with `of`, only those that a pair links with it. */
  async list(
    table: IdentityTable,
    options: ListIdentityOptions,
    of?: { readonly uuid: string; readonly by: JoinLink },
  ): Promise<RoleInfo[]> {
    const values = identityPageOf(options);
    const rows = of
      ? await this.database.rows(listingLinked[of.by], [...values, requireUuid(of.uuid)])
      : await this.database.rows(listing[table], values);
    return rows.map(readIdentityInfo);
  }

  /** The public ids of the living members of a group, in their order. */
  async members(groupUuid: string, options: ListIdentityOptions): Promise<string[]> {
    const rows = await this.database.rows(members, [
      ...identityPageOf(options),
      requireUuid(groupUuid),
    ]);
    return rows.map(([uuid]) => uuid as string);
  }
}

/** How one side of a pair is found from the other. */
export type JoinLink = keyof typeof links;

const principal = `(SELECT p.entity_id FROM dual_id.passports p WHERE p.uuid = $3
  AND p.platform_type_id = (SELECT i.principal_type FROM dual_id.identity i))`;

const links = {
  'roles of principal': `SELECT role_uuid FROM dual_id.principal_roles WHERE principal_id = ${principal}`,
  'groups of principal': `SELECT group_uuid FROM dual_id.group_members WHERE principal_id = ${principal}`,
  'roles of group': 'SELECT role_uuid FROM dual_id.group_roles WHERE group_uuid = $3',
  'permissions of role':
    'SELECT permission_uuid FROM dual_id.role_permissions WHERE role_uuid = $3',
} as const;

const identityColumnsOf = (table: IdentityTable) =>
  `t.uuid, t.name, t.description, t.created_at${table === 'roles' ? ', t.owner' : ''}`;

const listing = {
  groups: list('groups'),
  roles: list('roles'),
  permissions: list('permissions'),
};

const listingLinked = {
  'roles of principal': list('roles', links['roles of principal']),
  'groups of principal': list('groups', links['groups of principal']),
  'roles of group': list('roles', links['roles of group']),
  'permissions of role': list('permissions', links['permissions of role']),
};

const members = statement(`SELECT p.uuid FROM dual_id.group_members m
  JOIN dual_id.passports p ON p.entity_id = m.principal_id AND p.status <> 'deleted'
    AND p.platform_type_id = (SELECT i.principal_type FROM dual_id.identity i)
  WHERE m.group_uuid = $3 AND ($1::uuid IS NULL OR p.uuid > $1) ORDER BY p.uuid LIMIT $2`);

const removeNamed = {
  groups: statement('DELETE FROM dual_id.groups WHERE uuid = $1'),
  roles: statement('DELETE FROM dual_id.roles WHERE uuid = $1'),
  permissions: statement('DELETE FROM dual_id.permissions WHERE uuid = $1'),
};

const inserting = {
  groups: insertNamed('groups'),
  roles: insertNamed('roles'),
  permissions: insertNamed('permissions'),
};

function list(table: IdentityTable, link?: string) {
  return statement(`SELECT ${identityColumnsOf(table)} FROM dual_id.${table} t
    WHERE ($1::uuid IS NULL OR t.name > (SELECT a.name FROM dual_id.${table} a WHERE a.uuid = $1))
      ${link ? `AND t.uuid IN (${link})` : ''}
    ORDER BY t.name LIMIT $2`);
}

function insertNamed(table: IdentityTable) {
  const more = table === 'roles' ? { column: ', owner', value: ', $4' } : { column: '', value: '' };
  return statement(`INSERT INTO dual_id.${table} AS t (uuid, name, description${more.column})
    VALUES ($1, $2, $3${more.value}) RETURNING ${identityColumnsOf(table)}`);
}

function readIdentityInfo([uuid, name, description, createdAt, owner]: Row): RoleInfo {
  const info = { uuid, name, description, createdAt } as IdentityInfo;
  return (owner === undefined ? info : { ...info, owner }) as RoleInfo;
}

function identityPageOf({ after, limit = 100 }: ListIdentityOptions): [string | null, number] {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
    throw problem('misuse', { detail: 'The limit of a list is not from 1 to 1000.' });
  }
  return [after === undefined ? null : requireUuid(after), limit];
}
