/** Stands for a value that does not match the schema of its field. */
export const unshowable: unique symbol = Symbol('nest-dual-id:unshowable');
