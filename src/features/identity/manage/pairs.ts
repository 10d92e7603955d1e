import { problem } from '../../../core/errors/problem.js';
import type { JoinTableName } from '../entities/join-tables.js';
import { joinColumns } from '../entities/join-tables.js';
import { requireUuid } from './names.js';

/** A role that a principal holds by itself. */
export interface PrincipalRole {
  readonly principalUuid: string;
  readonly roleUuid: string;
}

/** A role that all members of a group hold. */
export interface GroupRole {
  readonly groupUuid: string;
  readonly roleUuid: string;
}

/** A principal in a group. */
export interface GroupMember {
  readonly groupUuid: string;
  readonly principalUuid: string;
}

/** A permission of a role. */
export interface RolePermission {
  readonly roleUuid: string;
  readonly permissionUuid: string;
}

/** A row of a join table. */
export interface Pair {
  readonly table: JoinTableName;
  /** The public ids of its two sides, in the order of its columns. */
  readonly uuids: readonly [string, string];
}

/** The property of a pair that has the public id of a column. */
export const pairPropertyOf = {
  principal_id: 'principalUuid',
  group_uuid: 'groupUuid',
  role_uuid: 'roleUuid',
  permission_uuid: 'permissionUuid',
} as const;

/** Reads the public ids of a pair; refuses what are none. */
export function pairOf(table: JoinTableName, given: object): Pair {
  const [near, far] = joinColumns[table].map((column) =>
    requireUuid((given as Record<string, string>)[pairPropertyOf[column]]!),
  );
  return { table, uuids: [near!, far!] };
}

/** Which of the two tables of roles a call means. */
export function roleTable(given: PrincipalRole | GroupRole): JoinTableName {
  const { principalUuid, groupUuid } = given as Partial<PrincipalRole & GroupRole>;
  if ((principalUuid === undefined) === (groupUuid === undefined)) {
    throw problem('misuse', { detail: 'A role is assigned to a principal or to a group.' });
  }
  return principalUuid === undefined ? 'group_roles' : 'principal_roles';
}
