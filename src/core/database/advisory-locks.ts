/** The first of the two numbers of every advisory lock of the library. */
const space = 1685414252;

/** What the advisory locks of the library stand for, and the second number of each. */
const numbers = { migration: 1, import: 2, roles: 3, template: 4, conversion: 5 } as const;

/** The key of an advisory lock: the two arguments of `pg_advisory_xact_lock` and its siblings. */
export function advisoryLock(purpose: keyof typeof numbers): readonly [number, number] {
  return [space, numbers[purpose]];
}
