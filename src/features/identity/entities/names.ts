import { maxPermissionName, permissionName } from '../../../core/access/permission-name.js';

/** The maximum number of characters of the name of a role or group. */
export const maxIdentityName = 100;

/** The rules of names in SQL. */
export const permissionNameCheck = `length(name) <= ${maxPermissionName} AND name ~ '${permissionName.source}'`;
export const nameCheck = `length(name) <= ${maxIdentityName} AND name ~ '^\\S(.*\\S)?$'`;
