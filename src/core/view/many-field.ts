import type { Row } from '../database/row.js';
import { parseJson } from '../values/json.js';
import type { CompiledField, FieldContext } from './compiled-field.js';
import { defaultLimit, listSql } from './list-sql.js';
import type { ListedRows } from './listed-rows.js';
import { rowsLinked, rowsThrough } from './listed-rows.js';
import { requireSameEntity } from './relation-path.js';
import { Select } from './select.js';
import { showNullIn } from './unshowable-values.js';
import type { ManyField } from './view-spec.js';

/**
 * Compiles a list of rows that belong to the viewed entity: one JSON array per row, so that a view
 * stays one statement however many lists it has.
 */
export function many(field: ManyField, context: FieldContext): CompiledField {
  const { select } = context;
  const where = `${context.viewName}.${field.property}`;
  const rows = listedRows(field, context, where);
  const list = new Select(rows.entity, select.aliases, 'json');
  const shape = context.nest(field.view(), list, []);
  const itemSql = `json_build_array(${list.values.join(', ')})`;
  const sql = listSql({ rows, list, itemSql, options: field, where });
  // As text, so that requests sharing a row still get separate lists.
  const isRow = select.context === 'row';
  const at = select.add(isRow ? `${sql}::text` : sql);
  const limit = field.limit ?? defaultLimit;
  const itemsOf = (value: unknown) => (isRow ? parseJson(value as string) : value) as Row[];
  const refuse = showNullIn(where);
  return {
    property: field.property,
    schema: { type: 'array', items: shape.schema, maxItems: limit },
    mayFail: shape.mayFail,
    read: (row) => itemsOf(row[at]).map((item) => shape.read(item, refuse)),
    limit,
  };
}

function listedRows(field: ManyField, context: FieldContext, where: string): ListedRows {
  const view = field.view();
  const entity = context.entityOf(view);
  const what = `${where} lists ${view.name}`;
  if (field.through !== undefined) return rowsThrough(field.through, entity, context, what);
  const rows = rowsLinked(field.property, context, where);
  requireSameEntity(entity, rows.entity, what);
  return rows;
}
