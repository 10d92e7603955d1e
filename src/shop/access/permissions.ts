/** What may be done in the shop beyond the rows of one's own, and what each permission is for. */
export const shopPermissions = {
  'catalogue:write': 'Creates and changes products, and takes them off sale.',
  'users:read': 'Reads all users.',
  'users:write': 'Creates users and changes all of them.',
  'users:erase': 'Erases any user.',
  'carts:read': 'Reads the carts of all users.',
  'carts:write': 'Fills and checks out the carts of all users.',
  'orders:read': 'Reads the orders of all users.',
  'orders:write': 'Places orders for all users, and adds to them.',
  'orders:move': 'Changes the status of any order, where a permission for the step is held too.',
  'orders:process': 'Begins to process an order.',
  'orders:ship': 'Ships an order.',
  'orders:deliver': 'Notes that an order was delivered.',
  'orders:fail': 'Notes that an order cannot be carried out.',
  'orders:cancel': 'Cancels the orders of all users.',
  'orders:request-return': 'Asks for the return of the orders of all users.',
  'orders:accept-return': 'Notes that an order came back.',
  'orders:refund': 'Refunds an order.',
  'roles:read': 'Reads the roles and who holds them.',
  'roles:assign': 'Gives users the roles whose permissions one holds, and takes them.',
  'keys:manage': 'Creates, lists and revokes the API keys of all users.',
  'registry:read': 'Resolves, lists and searches public ids.',
  'relations:read': 'Reads how things are related.',
  'relations:write': 'Relates things.',
  'history:read': 'Reads what things were.',
  'metrics:read': 'Reads the metrics of the shop.',
} as const;

/** The name of a permission of the shop. */
export type ShopPermission = keyof typeof shopPermissions;

/** All permissions of the shop. */
export const allPermissions = Object.keys(shopPermissions) as ShopPermission[];

/** The roles that a new shop has; an owner has every permission. */
export const shopRoles = {
  owner: allPermissions,
  clerk: [
    'users:read',
    'carts:read',
    'orders:read',
    'orders:move',
    'orders:process',
    'orders:ship',
    'orders:deliver',
    'orders:fail',
    'orders:cancel',
    'orders:accept-return',
    'registry:read',
    'history:read',
  ],
  buyer: ['catalogue:write'],
} as const satisfies Record<string, readonly ShopPermission[]>;
