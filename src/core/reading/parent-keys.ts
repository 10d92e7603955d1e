import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { nameOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { resolveParent } from '../view/relation-path.js';
import { Select } from '../view/select.js';

/** Binds the address of the parent at a path, and returns its placeholder. */
export type BindParent = (path: string, parent: ResolvedPath) => string;

/** A parent that the rows refer to directly. */
export interface ParentKey {
  readonly parent: ResolvedPath;
  /** Selects the key by which rows refer to it: one row if it exists, otherwise none. */
  readonly sql: string;
}

/**
 * The parents that rows of an entity must belong to, each found with its own parents: for
 * `{ order, 'order.user' }` the order has to be the user's. They are read before any of the rows,
 * so that a read under the wrong parents does not depend on which rows exist.
 */
export function parentKeys(
  entity: EntityMetadata,
  paths: readonly string[],
  bind: BindParent,
): readonly ParentKey[] {
  const nearest = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}.`)));
  return nearest.map((path) => {
    const parent = resolveParent(entity, path, entity.name);
    return { parent, sql: parentKeyOf(parent, path, paths, bind) };
  });
}

/** A row's foreign key to a parent, so that an index on its table can be used. */
export function foreignKey(select: Select, { relations }: ResolvedPath): string {
  const key = relations.at(-1)!.joinColumns[0]!;
  return `${select.join(relations.slice(0, -1))}.${nameOf(key)}`;
}

/**
 * Runs a select under parents that were found, whose keys it knows as `parent0.key` and so on. A
 * lateral subquery that OFFSET keeps from being merged does not run before them.
 */
export function underParents(keys: readonly ParentKey[], rows: string): string {
  if (keys.length === 0) return rows;
  const parents = keys.map(({ sql }, at) => `(${sql}) AS parent${at} (key)`).join(', ');
  return `SELECT found.* FROM ${parents} CROSS JOIN LATERAL (${rows} OFFSET 0) found`;
}

/** The conditions that rows belong to parents, within `underParents`. */
export function belongsTo(keys: readonly ParentKey[], select: Select): readonly string[] {
  return keys.map(({ parent }, at) => `${foreignKey(select, parent)} = parent${at}.key`);
}

/**
 * Selects the key of the row at an address, if it has these parents: one row, or none. `address` is
 * the column and the placeholder of its value.
 */
export function keyOfRow(
  key: ColumnMetadata,
  [column, value]: readonly [ColumnMetadata, string],
  parents: readonly ParentKey[],
): string {
  const entity = column.entityMetadata;
  const select = new Select(entity);
  const conditions = [
    `${select.root}.${nameOf(column)} = ${value}`,
    ...belongsTo(parents, select),
  ].join(' AND ');
  const own = `${select.root}.${nameOf(key)}`;
  const alive = andAlive(entity, select.root);
  return underParents(parents, `SELECT ${own} ${select.from()} WHERE ${conditions}${alive}`);
}

function parentKeyOf(
  { relations, column }: ResolvedPath,
  nearest: string,
  paths: readonly string[],
  bind: BindParent,
): string {
  const above = paths.filter((path) => path.startsWith(`${nearest}.`));
  const own = above.map((path) => path.slice(nearest.length + 1));
  const keys = parentKeys(column.entityMetadata, own, (path, parent) =>
    bind(`${nearest}.${path}`, parent),
  );
  const key = relations.at(-1)!.joinColumns[0]!.referencedColumn!;
  return keyOfRow(key, [column, bind(nearest, { relations, column })], keys);
}
