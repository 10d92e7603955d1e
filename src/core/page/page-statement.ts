import { addressColumn } from '../entity/address.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { resolveRelations } from '../view/relation-path.js';
import type { Select } from '../view/select.js';
import { nameOf, tableOf } from '../view/select.js';
import { aliveCondition } from '../repository/view-reader.js';
import type { PagePlan, SortField } from './page-plan.js';
import type { PageRequest } from './page.js';
import { keysetCondition } from './keyset.js';
import type { Key } from './keyset.js';

/** The SQL of one page, its values, and where the sort keys stand in a row. */
export interface PageStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly keysAt: readonly number[];
}

/** Writes the statement of a page; `after` holds the sort values of the row before it. */
export function pageStatement(
  view: CompiledView,
  plan: PagePlan,
  request: PageRequest,
  after: readonly (string | null)[] | undefined,
): PageStatement {
  const select = view.select.clone();
  const values: unknown[] = [request.limit + 1];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const keys = sortKeys(select, plan, request);
  const keysAt = keys.map(({ sql }) => select.add(`${sql}::text`));
  const conditions = [
    ...Object.entries(request.within).map(([path, uuid]) =>
      isWithin(view, select, path, bind(uuid)),
    ),
    ...Object.entries(request.filters).map(([name, value]) => {
      const filter = plan.filters.get(name)!;
      return `${filterColumn(select, filter)} ${filter.operator} ${filterValue(filter, bind(value))}`;
    }),
    ...(request.q === undefined
      ? []
      : [search(select, plan.search, bind(`%${escape(request.q)}%`))]),
    ...(after ? [keysetCondition(keys, after, bind)] : []),
  ];
  const order = keys.map(({ sql, descending }) => (descending ? `${sql} DESC` : sql));
  const where = `WHERE true${conditions.map((sql) => ` AND ${sql}`).join('')}${aliveCondition(view)}`;
  const output = select.values.join(', ');
  return {
    text: `SELECT ${output} ${select.from()} ${where} ORDER BY ${order.join(', ')} LIMIT $1`,
    values,
    keysAt,
  };
}

function sortKeys(select: Select, plan: PagePlan, request: PageRequest): readonly Key[] {
  const keys = request.sort.map(({ field, descending }) => {
    const sorted: SortField = plan.sortable.get(field)!;
    return { sql: columnSql(select, sorted), descending, nullable: sorted.nullable };
  });
  const descending = keys.at(-1)?.descending ?? false;
  const ties = select.entity.primaryColumns.map((column) => ({
    sql: `${select.root}.${nameOf(column)}`,
    descending,
    nullable: false,
  }));
  return [...keys, ...ties];
}

function columnSql(select: Select, { relations, column }: ResolvedPath): string {
  return `${select.join(relations)}.${nameOf(column)}`;
}

/** A filter behind a relation compares the foreign key, so that an index of the table serves it. */
function filterColumn(select: Select, path: ResolvedPath): string {
  return isByKey(path)
    ? `${select.join(path.relations.slice(0, -1))}.${nameOf(path.relations.at(-1)!.joinColumns[0]!)}`
    : columnSql(select, path);
}

function filterValue({ relations, column, ...rest }: ResolvedPath, parameter: string): string {
  return isByKey({ relations, column, ...rest })
    ? keyOf({ relations, column }, parameter)
    : parameter;
}

function isByKey({ relations, column }: ResolvedPath): boolean {
  return relations.length > 0 && ['uuid', 'slug'].includes(column.propertyName);
}

function keyOf({ relations, column }: ResolvedPath, parameter: string): string {
  const relation = relations.at(-1)!;
  const key = nameOf(relation.joinColumns[0]!.referencedColumn!);
  return `(SELECT ${key} FROM ${tableOf(relation.inverseEntityMetadata)} WHERE ${nameOf(column)} = ${parameter})`;
}

function isWithin(view: CompiledView, select: Select, path: string, parameter: string): string {
  const relations = resolveRelations(view.entity, path, view.name);
  const parent = relations.at(-1)!.inverseEntityMetadata;
  const resolved = { relations, column: addressColumn(parent)! };
  return `${filterColumn(select, resolved)} = ${keyOf(resolved, parameter)}`;
}

function search(select: Select, paths: readonly ResolvedPath[], parameter: string): string {
  return `(${paths.map((path) => `${columnSql(select, path)} ILIKE ${parameter}`).join(' OR ')})`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
