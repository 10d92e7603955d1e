import type { PublicId } from 'nest-dual-id';
import { Computed, Field, PublicIds, View } from 'nest-dual-id';
import { Role } from 'nest-dual-id/identity';
import { exampleIds } from '../docs/example-ids.js';
import { User } from '../users/user.entity.js';

/** A role with what it permits. */
@View(Role, { sort: ['name'], example: { uuid: exampleIds.role, name: 'clerk' } })
export class RoleView {
  @Field() uuid!: PublicId<Role>;
  @Field() name!: string;
  /** Whether whoever holds it owns the shop. */
  @Field() owner!: boolean;
  @Computed(
    { type: 'array', items: { type: 'string' } },
    (role) =>
      `SELECT coalesce(jsonb_agg(p.name ORDER BY p.name), '[]') FROM dual_id.role_permissions rp
       JOIN dual_id.permissions p ON p.uuid = rp.permission_uuid WHERE rp.role_uuid = ${role('uuid')}`,
  )
  permissions!: string[];
}

/** The roles that a user holds. */
@View(User, { example: { uuid: exampleIds.user } })
export class UserRolesView {
  @Field() uuid!: PublicId<User>;
  @PublicIds('roles') roleUuids!: string[];
}
