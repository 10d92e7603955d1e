import type { Principal } from '../../../core/access/principal.js';
import type { Database } from '../../../core/database/database.js';
import type { Permissions } from '../rights/permissions.js';
import type { GrantSubject } from './grant-check.js';
import { requireGrantableRights, requireOwner, requireOwnerFor } from './grant-check.js';
import type { IdentityInfo, JoinLink, RoleInfo } from './identity-rows.js';
import { IdentityRows } from './identity-rows.js';
import type {
  ListGroupsOptions,
  ListIdentityOptions,
  ListPermissionsOptions,
  ListRolesOptions,
} from './list-options.js';
import type { NewIdentity, NewRole } from './names.js';
import { requireIdentityName, requirePermissionName, requireUuid } from './names.js';
import { PairRows } from './pair-rows.js';
import type { GroupMember, GroupRole, Pair, PrincipalRole, RolePermission } from './pairs.js';
import { pairOf, roleTable } from './pairs.js';

/**
 * Manages groups, roles and permissions, and who holds them. A change on behalf of a principal,
 * `by`, cannot grant what that principal lacks; without one, as in scripts, everything may be
 * granted. Every change counts at once on this instance and within a second on all others.
 */
export class Identity {
  readonly #rows: IdentityRows;
  readonly #pairs: PairRows;

  constructor(
    private readonly database: Database,
    private readonly permissionCache: Permissions,
  ) {
    this.#rows = new IdentityRows(database);
    this.#pairs = new PairRows(database);
  }

  /** Creates a permission, which nobody holds yet. */
  async createPermission(permission: NewIdentity): Promise<IdentityInfo> {
    requirePermissionName(permission.name);
    return this.#rows.insert('permissions', permission);
  }

  /** Creates a role without permissions. Only an owner may create one of owners. */
  async createRole(role: NewRole, by?: Principal): Promise<RoleInfo> {
    requireIdentityName(role.name);
    return this.database.transaction(async () => {
      if (role.owner) await requireOwner(this.database, by);
      return this.#rows.insert('roles', role);
    });
  }

  /** Creates a group without members and roles. */
  async createGroup(group: NewIdentity): Promise<IdentityInfo> {
    requireIdentityName(group.name);
    return this.#rows.insert('groups', group);
  }

  /** Removes a permission from all roles, and for good. */
  async removePermission(uuid: string): Promise<void> {
    const permission = requireUuid(uuid);
    await this.#change(() => this.#rows.remove('permissions', permission));
  }

  /** Removes a role from everybody who holds it, and for good. */
  async removeRole(uuid: string, by?: Principal): Promise<void> {
    const role = requireUuid(uuid);
    await this.#remove('roles', role, { roles: [role] }, by);
  }

  /** Removes a group for good; its members lose its roles. */
  async removeGroup(uuid: string, by?: Principal): Promise<void> {
    const group = requireUuid(uuid);
    await this.#remove('groups', group, { groups: [group] }, by);
  }

  /** Grants a permission to all who hold a role. Returns false if the role has it already. */
  async grant(pair: RolePermission, by?: Principal): Promise<boolean> {
    const { table, uuids } = pairOf('role_permissions', pair);
    return this.#add({ table, uuids }, { permissions: [uuids[1]] }, by);
  }

  /** Takes a permission from a role. Returns false if the role does not have it. */
  async revoke(pair: RolePermission): Promise<boolean> {
    const given = pairOf('role_permissions', pair);
    return this.#change(() => this.#pairs.remove(given));
  }

  /** Gives a role to a principal, or to all members of a group. */
  async assign(pair: PrincipalRole | GroupRole, by?: Principal): Promise<boolean> {
    const given = pairOf(roleTable(pair), pair);
    return this.#add(given, { roles: [given.uuids[1]] }, by);
  }

  /** Takes a role from a principal, or from all members of a group. */
  async unassign(pair: PrincipalRole | GroupRole, by?: Principal): Promise<boolean> {
    const given = pairOf(roleTable(pair), pair);
    return this.#take(given, { roles: [given.uuids[1]] }, by);
  }

  /** Adds a principal to a group, all of whose roles it holds from then on. */
  async addMember(pair: GroupMember, by?: Principal): Promise<boolean> {
    const given = pairOf('group_members', pair);
    return this.#add(given, { groups: [given.uuids[1]] }, by);
  }

  /** Takes a principal out of a group. */
  async removeMember(pair: GroupMember, by?: Principal): Promise<boolean> {
    const given = pairOf('group_members', pair);
    return this.#take(given, { groups: [given.uuids[1]] }, by);
  }

  /** Lists permissions by name; with a role, those that it has. */
  permissions(options: ListPermissionsOptions = {}): Promise<IdentityInfo[]> {
    const { roleUuid, ...page } = options;
    return this.#rows.list('permissions', page, linked('permissions of role', roleUuid));
  }

  /** Lists roles by name; with a principal or a group, those that were assigned to it. */
  roles(options: ListRolesOptions = {}): Promise<RoleInfo[]> {
    const { principalUuid, groupUuid, ...page } = options;
    const of = linked('roles of principal', principalUuid) ?? linked('roles of group', groupUuid);
    return this.#rows.list('roles', page, of);
  }

  /** Lists groups by name; with a principal, those that it is a member of. */
  groups(options: ListGroupsOptions = {}): Promise<IdentityInfo[]> {
    const { principalUuid, ...page } = options;
    return this.#rows.list('groups', page, linked('groups of principal', principalUuid));
  }

  /** Lists the public ids of the members of a group that were not deleted, in their order. */
  members(groupUuid: string, options: ListIdentityOptions = {}): Promise<string[]> {
    return this.#rows.members(groupUuid, options);
  }

  #add(pair: Pair, brings: GrantSubject, by: Principal | undefined): Promise<boolean> {
    return this.#change(async () => {
      await requireGrantableRights(this.database, brings, by);
      return this.#pairs.add(pair);
    });
  }

  #take(pair: Pair, brought: GrantSubject, by: Principal | undefined): Promise<boolean> {
    return this.#change(async () => {
      await requireOwnerFor(this.database, brought, by);
      return this.#pairs.remove(pair);
    });
  }

  async #remove(
    table: 'groups' | 'roles',
    uuid: string,
    brought: GrantSubject,
    by: Principal | undefined,
  ): Promise<void> {
    await this.#change(async () => {
      await requireOwnerFor(this.database, brought, by);
      await this.#rows.remove(table, uuid);
    });
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      const done = await work();
      this.database.afterCommit(() => this.permissionCache.forget());
      return done;
    });
  }
}

function linked(by: JoinLink, uuid: string | undefined) {
  return uuid === undefined ? undefined : { uuid, by };
}
