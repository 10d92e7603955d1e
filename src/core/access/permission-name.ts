/** The form of a permission's name, such as `orders:read`; scopes separate them by spaces. */
export const permissionName = /^[a-z][a-z0-9]*([-.:][a-z0-9]+)*$/;

/** The maximum number of characters of a permission's name. */
export const maxPermissionName = 100;

/** Whether a text can name a permission. */
export function isPermissionName(name: string): boolean {
  return name.length <= maxPermissionName && permissionName.test(name);
}
