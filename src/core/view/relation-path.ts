import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { problem } from '../errors/problem.js';
import { definitionOf } from '../entity/dual-id-options.js';

/** A column reached from an entity over to-one relations. */
export interface ResolvedPath {
  readonly relations: readonly RelationMetadata[];
  readonly column: ColumnMetadata;
}

/**
 * Finds the column a path names. `userUuid` means the public id of the relation `user` unless
 * the entity has a column of that name.
 */
export function resolvePath(entity: EntityMetadata, path: string, where: string): ResolvedPath {
  const direct = entity.findColumnWithPropertyPath(path);
  if (direct && !entity.findRelationWithPropertyPath(path)) {
    return { relations: [], column: direct };
  }
  const reference = /^(.+)Uuid$/.exec(path)?.[1];
  const shortened = reference && entity.findRelationWithPropertyPath(reference);
  if (shortened) return behind(shortened, 'uuid', where);
  const [first = '', ...rest] = path.split('.');
  const relation = entity.findRelationWithPropertyPath(first);
  if (relation && rest.length > 0) return behind(relation, rest.join('.'), where);
  throw problem('setup_refused', {
    detail: `${where} names ${path}, which is neither a column nor a to-one relation of ${entity.name}.`,
  });
}

/** Finds the relations a dotted path walks: `user`, `order.user`. */
export function resolveRelations(
  entity: EntityMetadata,
  path: string,
  where: string,
): readonly RelationMetadata[] {
  const [first = '', ...rest] = path.split('.');
  const relation = toOne(entity, first, where);
  return rest.length === 0
    ? [relation]
    : [relation, ...resolveRelations(relation.inverseEntityMetadata, rest.join('.'), where)];
}

/** A to-one relation with its key in the entity's own table; anything else is refused. */
export function toOne(entity: EntityMetadata, property: string, where: string): RelationMetadata {
  const relation = entity.findRelationWithPropertyPath(property);
  if (relation?.isWithJoinColumn && relation.joinColumns.length === 1) return relation;
  throw problem('setup_refused', {
    detail: `${where} needs ${entity.name}.${property} to be a to-one relation with one join column.`,
  });
}

/** Tells whether a column holds an internal id: a numeric key, or a reference to one. */
export function isInternalColumn(column: ColumnMetadata): boolean {
  if (column.relationMetadata || column.referencedColumn) return true;
  const definition = definitionOf(column.entityMetadata.target as object);
  if (definition === undefined) return column.isPrimary && /int/.test(String(column.type));
  return column.isPrimary && definition.kind !== 'guid';
}

function behind(relation: RelationMetadata, rest: string, where: string): ResolvedPath {
  const target = relation.inverseEntityMetadata;
  toOne(relation.entityMetadata, relation.propertyPath, where);
  const { relations, column } = resolvePath(target, rest, where);
  return { relations: [relation, ...relations], column };
}
