import { aliveCondition } from '../repository/view-reader.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { resolveParent } from '../view/relation-path.js';
import type { Select } from '../view/select.js';
import { nameOf, tableOf } from '../view/select.js';
import { keysetCondition } from './keyset.js';
import type { Key } from './keyset.js';
import type { FilterField, PagePlan } from './page-plan.js';
import type { PageRequest } from './page.js';

/** The SQL of one page, its values, and where the sort keys stand in a row. */
export interface PageStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly keys: readonly Key[];
  readonly keysAt: readonly number[];
}

/** Writes the statement of a page; `after` holds the sort values of the row before it. */
export function pageStatement(
  view: CompiledView,
  plan: PagePlan,
  request: PageRequest,
  after?: readonly (string | null)[],
): PageStatement {
  const select = view.select.clone();
  const values: unknown[] = [request.limit + 1];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const keys = sortKeys(select, plan, request);
  const keysAt = keys.map(({ sql }) => select.add(`${sql}::text`));
  const { within, filters, q } = request;
  const conditions = [
    ...Object.entries(within).map(([path, uuid]) => isWithin(view, select, path, bind(uuid))),
    ...Object.entries(filters).map(([name, value]) =>
      isFiltered(select, plan.filters.get(name)!, bind(value)),
    ),
    ...(q === undefined ? [] : [isFound(select, plan.search, bind(`%${escape(q)}%`))]),
    ...(after ? [keysetCondition(keys, after, bind)] : []),
  ];
  const where = `WHERE true${conditions.map((sql) => ` AND ${sql}`).join('')}${aliveCondition(view)}`;
  const order = keys.map(({ sql, descending }) => (descending ? `${sql} DESC` : sql));
  const output = select.values.join(', ');
  const text = `SELECT ${output} ${select.from()} ${where} ORDER BY ${order.join(', ')} LIMIT $1`;
  return { text, values, keys, keysAt };
}

function sortKeys(select: Select, plan: PagePlan, request: PageRequest): readonly Key[] {
  const keys = request.sort.map(({ field, descending }) => {
    const sorted = plan.sortable.get(field)!;
    return { sql: select.column(sorted), descending, nullable: sorted.nullable };
  });
  const descending = keys.at(-1)?.descending ?? false;
  const ties = select.entity.primaryColumns.map((column) => ({
    sql: `${select.root}.${nameOf(column)}`,
    descending,
    nullable: false,
  }));
  return [...keys, ...ties];
}

function isFiltered(select: Select, filter: FilterField, parameter: string): string {
  return filter.byKey
    ? `${foreignKey(select, filter)} = (${keyOf(filter, parameter)})`
    : `${select.column(filter)} ${filter.operator} ${parameter}`;
}

/** The children of a deleted parent are as unknown as the parent. */
function isWithin(view: CompiledView, select: Select, path: string, parameter: string): string {
  const parent = resolveParent(view.entity, path, view.name);
  const mark = parent.column.entityMetadata.deleteDateColumn;
  const alive = mark ? ` AND ${nameOf(mark)} IS NULL` : '';
  return `${foreignKey(select, parent)} = (${keyOf(parent, parameter)}${alive})`;
}

/** The foreign key that leads to the last row of a path, so that an index of the table serves. */
function foreignKey(select: Select, { relations }: ResolvedPath): string {
  const key = relations.at(-1)!.joinColumns[0]!;
  return `${select.join(relations.slice(0, -1))}.${nameOf(key)}`;
}

function keyOf({ relations, column }: ResolvedPath, parameter: string): string {
  const key = relations.at(-1)!.joinColumns[0]!.referencedColumn!;
  const target = tableOf(column.entityMetadata);
  return `SELECT ${nameOf(key)} FROM ${target} WHERE ${nameOf(column)} = ${parameter}`;
}

function isFound(select: Select, paths: readonly ResolvedPath[], pattern: string): string {
  return `(${paths.map((path) => `${select.column(path)} ILIKE ${pattern}`).join(' OR ')})`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
