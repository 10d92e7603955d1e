import type { EntityMetadata } from 'typeorm';
import { nameOf, tableOf } from '../sql/entity-names.js';
import type { Junction } from './junction.js';
import { junctionOf } from './junction.js';
import type { FieldContext } from './compiled-field.js';
import { requireSameEntity, toOne } from './relation-path.js';
import type { Select } from './select.js';

/** The rows of a list in a view: their entity, and which of its rows belong to the viewed one. */
export interface ListedRows {
  readonly entity: EntityMetadata;
  /** The condition that a row of the list belongs to the viewed row. */
  readonly conditionSql: (list: Select) => string;
}

/**
 * The rows that point at the viewed one through their to-one relation, or that their many-to-many
 * relation links with it.
 */
export function rowsThrough(
  through: string,
  entity: EntityMetadata,
  context: FieldContext,
  what: string,
): ListedRows {
  const { select, path } = context;
  if (entity.findRelationWithPropertyPath(through)?.isManyToMany) {
    const { target, near, far, ...pair } = junctionOf(entity, through, what);
    requireSameEntity(target, context.entity, `${what} through ${through}`);
    return rowsPaired(context, { ...pair, target: entity, near: far, far: near });
  }
  const relation = toOne(entity, through, what);
  requireSameEntity(relation.inverseEntityMetadata, context.entity, `${what} through ${through}`);
  const key = relation.joinColumns[0]!;
  const parent = `${select.join(path)}.${nameOf(key.referencedColumn!)}`;
  return { entity, conditionSql: (list) => `${list.root}.${nameOf(key)} = ${parent}` };
}

/** The rows that a many-to-many relation links with the viewed one. */
export function rowsLinked(relation: string, context: FieldContext, where: string): ListedRows {
  return rowsPaired(context, junctionOf(context.entity, relation, where));
}

function rowsPaired(context: FieldContext, { table, near, far, target }: Junction): ListedRows {
  const { select, path } = context;
  const parent = `${select.join(path)}.${nameOf(near.referencedColumn!)}`;
  const pair = select.aliases.take();
  const linked = `SELECT ${pair}.${nameOf(far)} FROM ${tableOf(table)} ${pair} WHERE ${pair}.${nameOf(near)} = ${parent}`;
  return {
    entity: target,
    conditionSql: (list) => `${list.root}.${nameOf(far.referencedColumn!)} IN (${linked})`,
  };
}
