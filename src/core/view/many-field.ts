import type { Row } from '../database/database.js';
import type { CompiledField, FieldContext } from './field-compilers.js';
import { resolvePath, toOne } from './relation-path.js';
import { nameOf, Select } from './select.js';
import type { ManyField } from './view-spec.js';

/**
 * Compiles a list of rows that point at the viewed entity: one JSON array beside the row, so that
 * a view stays one statement however many lists it has.
 */
export function many(field: ManyField, context: FieldContext): CompiledField {
  const { select, path } = context;
  const where = `${context.viewName}.${field.property}`;
  const entity = context.entityOf(field.view());
  const list = new Select(entity, select.aliases, 'json');
  const shape = context.nest(field.view(), list, []);
  const relation = toOne(entity, field.through, where);
  const key = relation.joinColumns[0]!;
  const parent = `${select.join(path)}.${nameOf(key.referencedColumn!)}`;
  const order = field.orderBy && resolvePath(entity, field.orderBy, where);
  const orderBy = order ? ` ORDER BY ${list.join(order.relations)}.${nameOf(order.column)}` : '';
  const limit = field.limit ?? 1000;
  const alive = entity.deleteDateColumn
    ? ` AND ${list.root}.${nameOf(entity.deleteDateColumn)} IS NULL`
    : '';
  const rows = [
    `SELECT json_build_array(${list.values.join(', ')}) AS item ${list.from()}`,
    `WHERE ${list.root}.${nameOf(key)} = ${parent}${alive}${orderBy} LIMIT ${limit}`,
  ].join(' ');
  const at = select.add(`(SELECT coalesce(json_agg(item), '[]') FROM (${rows}) items)`);
  return {
    property: field.property,
    schema: { type: 'array', items: shape.schema, maxItems: limit },
    read: (result) => (result[at] as Row[]).map(shape.read),
  };
}
