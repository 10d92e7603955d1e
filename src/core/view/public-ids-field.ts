import { addressColumn } from '../definition/address.js';
import { problem } from '../errors/problem.js';
import { nameOf } from '../sql/entity-names.js';
import { parseJson } from '../values/json.js';
import { codecOf } from './column-codec.js';
import type { CompiledField, FieldContext } from './compiled-field.js';
import { defaultLimit, listSql } from './list-sql.js';
import { rowsLinked } from './listed-rows.js';
import { Select } from './select.js';
import type { PublicIdsField } from './view-spec.js';

/** Compiles a list of the public ids, or slugs, that a many-to-many relation leads to. */
export function publicIds(field: PublicIdsField, context: FieldContext): CompiledField {
  const { select } = context;
  const where = `${context.viewName}.${field.property}`;
  const rows = rowsLinked(field.relation, context, where);
  const address = addressColumn(rows.entity);
  if (!address) {
    throw problem('setup_refused', {
      detail: `${where} lists ${rows.entity.name}, which has neither a public id nor a slug; show its columns with @Many and a view.`,
    });
  }
  const list = new Select(rows.entity, select.aliases, 'json');
  const { sql, schema } = codecOf(address, 'json', undefined)!;
  const itemSql = sql(`${list.root}.${nameOf(address)}`);
  const text = listSql({ rows, list, itemSql, options: field, where });
  const isRow = select.context === 'row';
  const at = select.add(isRow ? `${text}::text` : text);
  const idsOf = (value: unknown) => (isRow ? parseJson(value as string) : value) as string[];
  const limit = field.limit ?? defaultLimit;
  return {
    property: field.property,
    schema: { type: 'array', items: schema, maxItems: limit },
    mayFail: false,
    read: (row) => idsOf(row[at]),
    limit,
  };
}
