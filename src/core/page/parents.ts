import type { EntityMetadata } from 'typeorm';
import { addressColumn } from '../entity/address.js';
import type { Within } from '../repository/view-reader.js';
import { resolveRelations } from '../view/relation-path.js';
import { nameOf, Select } from '../view/select.js';

/**
 * A statement that finds a row exactly when all parents exist and belong together: for
 * `{ order, 'order.user' }` the order has to be the user's. Undefined without parents.
 */
export function missingParents(
  entity: EntityMetadata,
  within: Within,
): { text: string; values: readonly string[] } | undefined {
  const paths = Object.keys(within).toSorted((a, b) => a.length - b.length);
  const nearest = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}.`)));
  if (nearest.length === 0) return undefined;
  const values = paths.map((path) => within[path]!);
  const conditions = nearest.map((path) => exists(entity, path, paths));
  return { text: `SELECT 1 WHERE ${conditions.join(' AND ')}`, values };
}

function exists(entity: EntityMetadata, nearest: string, paths: readonly string[]): string {
  const parent = resolveRelations(entity, nearest, entity.name).at(-1)!.inverseEntityMetadata;
  const select = new Select(parent);
  const conditions = paths.flatMap((path, index) => {
    if (path === nearest) return [`${addressOf(select.root, parent)} = $${index + 1}`];
    if (!path.startsWith(`${nearest}.`)) return [];
    const relations = resolveRelations(parent, path.slice(nearest.length + 1), parent.name);
    const ancestor = relations.at(-1)!.inverseEntityMetadata;
    return [`${addressOf(select.join(relations), ancestor)} = $${index + 1}`];
  });
  return `EXISTS (SELECT 1 ${select.from()} WHERE ${conditions.join(' AND ')})`;
}

function addressOf(alias: string, entity: EntityMetadata): string {
  return `${alias}.${nameOf(addressColumn(entity)!)}`;
}
