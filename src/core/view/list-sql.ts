import type { EntityMetadata } from 'typeorm';
import { nameOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { ListedRows } from './listed-rows.js';
import { resolvePath } from './relation-path.js';
import type { Select } from './select.js';
import type { ManyOptions } from './view-spec.js';

/** How many rows a list shows by default. */
export const defaultLimit = 1000;

/** The parts of a list within a view. */
export interface ListParts {
  readonly rows: ListedRows;
  /** The select list of the rows. */
  readonly list: Select;
  /** The SQL expression for each row. */
  readonly itemSql: string;
  readonly options: ManyOptions;
  /** The view's property, for error messages. */
  readonly where: string;
}

/**
 * The rows of a list as one JSON array, without soft-deleted rows. It contains one row more than is
 * shown, which reveals whether the list is cut.
 */
export function listSql({ rows, list, itemSql, options, where }: ListParts): string {
  const order = orderSql(options, list, rows.entity, where);
  const found = [
    `SELECT ${itemSql} AS item ${list.from()} WHERE ${rows.conditionSql(list)}${andAlive(list.entity, list.root)}`,
    `ORDER BY ${order} LIMIT ${(options.limit ?? defaultLimit) + 1}`,
  ].join(' ');
  return `(SELECT coalesce(json_agg(item), '[]') FROM (${found}) items)`;
}

/** Ties are ordered by the rows' key, so that a list is the same each time it is read. */
function orderSql(
  { orderBy }: ManyOptions,
  list: Select,
  entity: EntityMetadata,
  where: string,
): string {
  const chosen = orderBy ? [list.column(resolvePath(entity, orderBy, where))] : [];
  const key = entity.primaryColumns.map((column) => `${list.root}.${nameOf(column)}`);
  return [...chosen, ...key].join(', ');
}
