import type { EntityMetadata } from 'typeorm';
import type { ListedRows } from './listed-rows.js';
import { resolvePath } from './relation-path.js';
import type { Select } from './select.js';
import { nameOf } from './select.js';
import type { ManyOptions } from './view-spec.js';

/** How many rows a list shows where its view does not say. */
export const defaultLimit = 1000;

/** The parts of a list within a view. */
export interface ListParts {
  readonly rows: ListedRows;
  /** What is selected of the rows. */
  readonly list: Select;
  /** What each row gives, an SQL expression. */
  readonly itemSql: string;
  readonly options: ManyOptions;
  /** The view's property, for refusals. */
  readonly where: string;
}

/**
 * The rows of a list as one JSON array; rows that were deleted softly are left out. One row more
 * than is shown comes with it, which says whether the list is cut.
 */
export function listSql({ rows, list, itemSql, options, where }: ListParts): string {
  const order = orderSql(options, list, rows.entity, where);
  const found = [
    `SELECT ${itemSql} AS item ${list.from()} WHERE ${rows.conditionSql(list)}${aliveSql(list)}`,
    `ORDER BY ${order} LIMIT ${(options.limit ?? defaultLimit) + 1}`,
  ].join(' ');
  return `(SELECT coalesce(json_agg(item), '[]') FROM (${found}) items)`;
}

/** Rows that tie come by their key, so that a list is the same each time it is read. */
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

function aliveSql({ entity, root }: Select): string {
  const { deleteDateColumn } = entity;
  return deleteDateColumn ? ` AND ${root}.${nameOf(deleteDateColumn)} IS NULL` : '';
}
