import type { EntityMetadata } from 'typeorm';
import { resolveParent } from '../view/relation-path.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { nameOf, Select } from '../view/select.js';

/** Binds the address of the parent at a path, and returns its placeholder. */
export type BindParent = (path: string, parent: ResolvedPath) => string;

/** A parent that the rows refer to themselves. */
export interface ParentKey {
  readonly parent: ResolvedPath;
  /** Selects the key that rows refer to it by: one row where it exists, and else none. */
  readonly sql: string;
}

/**
 * The parents that rows of an entity must stand under, each found with the parents of its own: for
 * `{ order, 'order.user' }` the order has to be the user's. They are read before any of the rows,
 * so that what is read under the wrong parents does not depend on what is there.
 */
export function parentKeys(
  entity: EntityMetadata,
  paths: readonly string[],
  bind: BindParent,
): readonly ParentKey[] {
  const nearest = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}.`)));
  return nearest.map((path) => {
    const parent = resolveParent(entity, path, entity.name);
    return { parent, sql: keyOf(parent, path, paths, bind) };
  });
}

/** The foreign key of a row that leads to a parent, so that an index of its table serves. */
export function foreignKey(select: Select, { relations }: ResolvedPath): string {
  const key = relations.at(-1)!.joinColumns[0]!;
  return `${select.join(relations.slice(0, -1))}.${nameOf(key)}`;
}

/**
 * Runs a select for parents that were found, whose keys it knows as `parent0.key` and so on. What
 * is lateral, and may not be merged because of OFFSET, does not run before them.
 */
export function underParents(keys: readonly ParentKey[], rows: string): string {
  if (keys.length === 0) return rows;
  const parents = keys.map(({ sql }, at) => `(${sql}) AS parent${at} (key)`).join(', ');
  return `SELECT found.* FROM ${parents} CROSS JOIN LATERAL (${rows} OFFSET 0) found`;
}

/** The conditions that rows stand under parents, within `underParents`. */
export function belongsTo(keys: readonly ParentKey[], select: Select): readonly string[] {
  return keys.map(({ parent }, at) => `${foreignKey(select, parent)} = parent${at}.key`);
}

function keyOf(
  { relations, column }: ResolvedPath,
  nearest: string,
  paths: readonly string[],
  bind: BindParent,
): string {
  const entity = column.entityMetadata;
  const above = paths.filter((path) => path.startsWith(`${nearest}.`));
  const own = above.map((path) => path.slice(nearest.length + 1));
  const keys = parentKeys(entity, own, (path, parent) => bind(`${nearest}.${path}`, parent));
  const select = new Select(entity);
  const mark = entity.deleteDateColumn;
  const conditions = [
    `${select.root}.${nameOf(column)} = ${bind(nearest, { relations, column })}`,
    ...belongsTo(keys, select),
    ...(mark ? [`${select.root}.${nameOf(mark)} IS NULL`] : []),
  ];
  const key = `${select.root}.${nameOf(relations.at(-1)!.joinColumns[0]!.referencedColumn!)}`;
  return underParents(keys, `SELECT ${key} ${select.from()} WHERE ${conditions.join(' AND ')}`);
}
