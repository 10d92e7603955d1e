import type { EntityMetadata } from 'typeorm';
import type { Row } from '../database/row.js';
import type { CompiledField, FieldContext } from './field-compilers.js';
import { requireSameEntity, resolvePath, toOne } from './relation-path.js';
import { nameOf, Select } from './select.js';
import { showNullIn } from './unshowable.js';
import type { ManyField } from './view-spec.js';

/**
 * Compiles a list of rows that point at the viewed entity: one JSON array beside the row, so that
 * a view stays one statement however many lists it has.
 */
export function many(field: ManyField, context: FieldContext): CompiledField {
  const { select, path } = context;
  const where = `${context.viewName}.${field.property}`;
  const entity = context.entityOf(field.view());
  const relation = toOne(entity, field.through, where);
  const what = `${where} lists ${field.view().name} through ${field.through}`;
  requireSameEntity(relation.inverseEntityMetadata, context.entity, what);
  const list = new Select(entity, select.aliases, 'json');
  const shape = context.nest(field.view(), list, []);
  const key = relation.joinColumns[0]!;
  const parent = `${select.join(path)}.${nameOf(key.referencedColumn!)}`;
  const limit = field.limit ?? 1000;
  const order = orderOf(field, list, entity, where);
  const rows = [
    `SELECT json_build_array(${list.values.join(', ')}) AS item ${list.from()}`,
    `WHERE ${list.root}.${nameOf(key)} = ${parent}${aliveIn(list)}${order} LIMIT ${limit}`,
  ].join(' ');
  const json = `(SELECT coalesce(json_agg(item), '[]') FROM (${rows}) items)`;
  // As text, requests that share a row still get lists of their own.
  const isRow = select.context === 'row';
  const at = select.add(isRow ? `${json}::text` : json);
  const rowsOf = (value: unknown) => (isRow ? JSON.parse(value as string) : value) as Row[];
  const refuse = showNullIn(where);
  return {
    property: field.property,
    schema: { type: 'array', items: shape.schema, maxItems: limit },
    mayFail: shape.mayFail,
    read: (row) => rowsOf(row[at]).map((item) => shape.read(item, refuse)),
  };
}

/** Rows that tie come by their key, so that a list is the same each time it is read. */
function orderOf(field: ManyField, list: Select, entity: EntityMetadata, where: string): string {
  if (!field.orderBy) return '';
  const found = resolvePath(entity, field.orderBy, where);
  const ties = entity.primaryColumns.map((column) => `${list.root}.${nameOf(column)}`);
  return ` ORDER BY ${[list.column(found), ...ties].join(', ')}`;
}

function aliveIn({ entity, root }: Select): string {
  const mark = entity.deleteDateColumn;
  return mark ? ` AND ${root}.${nameOf(mark)} IS NULL` : '';
}
