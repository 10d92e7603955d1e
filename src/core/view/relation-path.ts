import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { RelationMetadata } from 'typeorm/metadata/RelationMetadata.js';
import { columnTypeOf } from '../column-types/column-types.js';
import { addressColumn } from '../definition/address.js';
import { problem } from '../errors/problem.js';
import { externalIdsOf } from '../ids/external-id.js';
import { isKeyName, relationNameOf } from '../ids/id-names.js';

/** A column reached from an entity over to-one relations. */
export interface ResolvedPath {
  readonly relations: readonly RelationMetadata[];
  readonly column: ColumnMetadata;
}

/**
 * Finds the column at a path. `userUuid` means the public id of the relation `user` unless the
 * entity has a column of that name.
 */
export function resolvePath(entity: EntityMetadata, path: string, where: string): ResolvedPath {
  const direct = entity.findColumnWithPropertyPath(path);
  if (direct && !entity.findRelationWithPropertyPath(path)) {
    return { relations: [], column: direct };
  }
  const reference = relationNameOf(path);
  const shortened = reference && entity.findRelationWithPropertyPath(reference);
  if (shortened) return behind(shortened, 'uuid', where);
  for (const [head, tail] of splits(path)) {
    const relation = entity.findRelationWithPropertyPath(head);
    if (relation) return behind(relation, tail, where);
  }
  throw problem('setup_refused', {
    detail: `${where} names ${path}, which is neither a column nor a to-one relation of ${entity.name}.`,
  });
}

/** Finds the relations along a dotted path: `user`, `order.user`. */
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

/** Finds the parent at a dotted path, by its public id or slug column. */
export function resolveParent(entity: EntityMetadata, path: string, where: string): ResolvedPath {
  const relations = resolveRelations(entity, path, where);
  const parent = relations.at(-1)!.inverseEntityMetadata;
  const column = addressColumn(parent);
  if (column) return { relations, column };
  throw problem('setup_refused', {
    detail: `${where} is reached over ${path}, but ${parent.name} has neither a public id nor a slug.`,
  });
}

/** Returns a to-one relation whose key is in the entity's own table; refuses anything else. */
export function toOne(entity: EntityMetadata, property: string, where: string): RelationMetadata {
  const relation = entity.findRelationWithPropertyPath(property);
  if (relation?.isWithJoinColumn && relation.joinColumns.length === 1) return relation;
  throw problem('setup_refused', {
    detail: `${where} needs ${entity.name}.${property} to be a to-one relation with one join column.`,
  });
}

/** Two tables may share column names, so a view of the wrong one would be read silently. */
export function requireSameEntity(
  own: EntityMetadata,
  expected: EntityMetadata,
  what: string,
): void {
  if (own === expected) return;
  throw problem('setup_refused', {
    detail: `${what}, a view of ${own.name}, but the relation leads to ${expected.name}.`,
  });
}

/** Whether the row behind a relation may be absent or, when deleted, hidden. */
export function isOptional(relation: RelationMetadata): boolean {
  return relation.isNullable || relation.inverseEntityMetadata.deleteDateColumn !== undefined;
}

/** Whether a column behind relations may be absent from an existing row. */
export function isOptionalPath({ relations, column }: ResolvedPath): boolean {
  const last = relations.at(-1);
  return (
    column.isNullable ||
    relations.some((relation) =>
      relation === last && isAddress(column) ? relation.isNullable : isOptional(relation),
    )
  );
}

/** Whether a column is the public address of its entity: the public id, or the slug. */
export function isAddress(column: ColumnMetadata): boolean {
  return addressColumn(column.entityMetadata) === column;
}

/**
 * Whether a column holds an internal id: a numeric key, a number named like one, or a reference to
 * either. The target decides what a reference holds: the code of a currency is no id, wherever it
 * appears.
 */
export function isInternalColumn(column: ColumnMetadata): boolean {
  return columnLeadsToId(column, new Set());
}

function columnLeadsToId(column: ColumnMetadata, passed: Set<ColumnMetadata>): boolean {
  if (passed.has(column)) return false;
  passed.add(column);
  const names = [column.propertyName, column.databaseName];
  const isId = isNumericColumn(column) && names.some(isKeyName) && !isExternal(column);
  return (
    isId ||
    isNumericKey(column) ||
    columnsReferencedBy(column).some((to) => columnLeadsToId(to, passed))
  );
}

/** Whether the entity declares that the column holds an identifier of another system. */
function isExternal({ embeddedMetadata, target, propertyName }: ColumnMetadata): boolean {
  const owner = embeddedMetadata?.type ?? target;
  return typeof owner === 'function' && externalIdsOf(owner).has(propertyName);
}

/** The columns it refers to, by a relation or by a foreign key declared on its own. */
function columnsReferencedBy(column: ColumnMetadata): readonly ColumnMetadata[] {
  const declared = column.entityMetadata.foreignKeys.flatMap(({ columns, referencedColumns }) =>
    referencedColumns.filter((_, index) => columns[index] === column),
  );
  return column.referencedColumn ? [column.referencedColumn, ...declared] : declared;
}

/** A part of a natural key is no id of its own: the number of a line, for example. */
function isNumericKey(column: ColumnMetadata): boolean {
  const { isPrimary, isGenerated, entityMetadata } = column;
  const isWhole = isGenerated || entityMetadata.primaryColumns.length === 1;
  return isPrimary && isWhole && isNumericColumn(column);
}

function isNumericColumn(column: ColumnMetadata): boolean {
  return columnTypeOf(column)?.isNumeric === true;
}

function behind(relation: RelationMetadata, rest: string, where: string): ResolvedPath {
  const target = relation.inverseEntityMetadata;
  toOne(relation.entityMetadata, relation.propertyPath, where);
  const { relations, column } = resolvePath(target, rest, where);
  return { relations: [relation, ...relations], column };
}

/** `a.b.c` as `a` and `b.c`, then `a.b` and `c`: a relation may be inside an embedded object. */
function* splits(path: string): Generator<readonly [string, string]> {
  for (let at = path.indexOf('.'); at !== -1; at = path.indexOf('.', at + 1)) {
    yield [path.slice(0, at), path.slice(at + 1)];
  }
}
