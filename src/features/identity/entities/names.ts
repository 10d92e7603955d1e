/** The form of a permission: a resource and what is done with it, such as `orders:read`. */
export const permissionName = /^[a-z][a-z0-9_-]*(:[a-z0-9_-]+)+$/;

/** The maximum number of characters of a name. */
export const maxName = 100;

/** The SQL of the same rules. */
export const permissionNameCheck = `length(name) <= ${maxName} AND name ~ '${permissionName.source}'`;
export const nameCheck = `length(name) <= ${maxName} AND name ~ '^\\S(.*\\S)?$'`;
