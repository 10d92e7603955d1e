import type { EntityMetadata } from 'typeorm';
import { addressColumn } from '../entity/address.js';
import type { Within } from '../repository/view-reader.js';
import { resolveParent } from '../view/relation-path.js';
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
  const parent = resolveParent(entity, nearest, entity.name).column.entityMetadata;
  const select = new Select(parent);
  const mark = parent.deleteDateColumn;
  const conditions = paths.flatMap((path, index) => {
    if (path === nearest) return [`${addressOf(select.root, parent)} = $${index + 1}`];
    if (!path.startsWith(`${nearest}.`)) return [];
    const ancestor = resolveParent(parent, path.slice(nearest.length + 1), parent.name);
    return [`${select.join(ancestor.relations)}.${nameOf(ancestor.column)} = $${index + 1}`];
  });
  if (mark) conditions.push(`${select.root}.${nameOf(mark)} IS NULL`);
  return `EXISTS (SELECT 1 ${select.from()} WHERE ${conditions.join(' AND ')})`;
}

function addressOf(alias: string, entity: EntityMetadata): string {
  return `${alias}.${nameOf(addressColumn(entity)!)}`;
}
