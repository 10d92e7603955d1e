export { Group } from './entities/group.entity.js';
export { Permission } from './entities/permission.entity.js';
export { PrincipalGroups, PrincipalRoles } from './entities/principal.decorators.js';
export { Role } from './entities/role.entity.js';
export { IdentityModule } from './identity.module.js';
export type { IdentityOptions } from './identity.options.js';
export { grantIdentity, installIdentity, uninstallIdentity } from './identity.schema.js';
export type { IdentitySchemaOptions } from './identity.schema.js';
export { JwtVerifier } from './jwt/jwt-verifier.js';
export type { JwtVerifierOptions } from './jwt/jwt-verifier.options.js';
export { Identity } from './manage/identity.js';
export type { IdentityInfo, RoleInfo } from './manage/identity-rows.js';
export type {
  ListGroupsOptions,
  ListIdentityOptions,
  ListPermissionsOptions,
  ListRolesOptions,
} from './manage/list-options.js';
export type { NewIdentity, NewRole } from './manage/names.js';
export type { GroupMember, GroupRole, PrincipalRole, RolePermission } from './manage/pairs.js';
export { Permissions } from './rights/permissions.js';
export type { PrincipalTable } from './schema/principal-table.js';
