import type { EntityMetadata } from 'typeorm';
import { parentKeys } from '../reading/parent-keys.js';
import type { Within } from '../reading/within.js';

/** The parents that a page was asked for under, and those of them that restricted work implies. */
export function parentsAskedFor(asked: Within, scoped: Within): Within {
  const names = Object.keys(asked);
  const isAsked = (path: string) =>
    names.some((name) => path === name || path.startsWith(`${name}.`));
  return Object.fromEntries(Object.entries(scoped).filter(([path]) => isAsked(path)));
}

/**
 * A statement that finds a row exactly if all parents exist and belong together: for
 * `{ order, 'order.user' }` the order has to be the user's. Undefined without parents.
 */
export function missingParents(
  entity: EntityMetadata,
  within: Within,
): { text: string; values: readonly string[] } | undefined {
  const paths = Object.keys(within);
  if (paths.length === 0) return undefined;
  const keys = parentKeys(entity, paths, (path) => `$${paths.indexOf(path) + 1}`);
  const conditions = keys.map(({ sql }) => `EXISTS (${sql})`);
  return { text: `SELECT 1 WHERE ${conditions.join(' AND ')}`, values: Object.values(within) };
}
