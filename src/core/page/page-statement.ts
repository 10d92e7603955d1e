import { castNameOf, countType, spelledKey } from '../column-types/key-text.js';
import type { FilterCondition } from '../column-types/value-parser.js';
import { belongsTo, foreignKey, parentKeys, underParents } from '../reading/parent-keys.js';
import { addressColumn } from '../definition/address.js';
import { nameOf, tableOf } from '../sql/entity-names.js';
import { andAlive } from '../sql/soft-deletion.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ResolvedPath } from '../view/relation-path.js';
import type { Select } from '../view/select.js';
import { keysetCondition } from './keyset.js';
import type { Key } from './keyset.js';
import type { PageParameter, Spelling } from './page-parameters.js';
import { PageParameters, positional } from './page-parameters.js';
import type { FilterField, PagePlan, SearchField } from './page-plan.js';
import type { ScopedPageRequest } from './page.js';

/** The SQL of all pages that differ only in their values. */
export interface PageStatement {
  readonly text: string;
  readonly parameters: readonly PageParameter[];
  /** Positions of the sort keys in a row. */
  readonly keysAt: readonly number[];
}

/** The sort values of the row before a page. */
export type After = readonly (string | null)[];

/**
 * Writes the statement of a page and of all similar ones: with the same order, filters and parents,
 * after a row with the same keys null. `spell` writes references to its values.
 */
export function pageStatement(
  view: CompiledView,
  plan: PagePlan,
  { request, after }: { readonly request: ScopedPageRequest; readonly after?: After | undefined },
  spell: Spelling = positional,
): PageStatement {
  const select = view.select.clone();
  const bound = new PageParameters(spell);
  const limit = bound.add((asked) => asked.limit + 1, countType);
  const keys = sortKeys(select, plan, request);
  const parents = parentKeys(view.entity, Object.keys(request.within), (path, { column }) =>
    bound.add(({ within }) => within[path], castNameOf(column)),
  );
  const filters = Object.keys(request.filters).map((name) => {
    const bind: Parameters<FilterCondition>[2] = (make) =>
      bound.add(({ filters: { [name]: text } }) => (make ? make(text!) : text));
    return filterSql(select, plan.filters.get(name)!, bind);
  });
  const found =
    request.q === undefined
      ? []
      : [
          foundSql(
            select,
            plan.search,
            bound.add(({ q }) => `%${escape(q!)}%`),
          ),
        ];
  const keyset = after && later(keys, after, bound);
  const conditions = [
    ...(request.ownRow === undefined ? [] : [ownRowSql(select, bound)]),
    ...belongsTo(parents, select),
    ...filters,
    ...found,
    ...(keyset ? [keyset] : []),
  ];
  const alive = andAlive(view.entity, select.root);
  const where = `WHERE true${conditions.map((sql) => ` AND ${sql}`).join('')}${alive}`;
  const order = keys.map(({ sql, descending }) => (descending ? `${sql} DESC` : sql));
  const output = [...select.values, ...keys.map(({ sql }) => sql)].join(', ');
  const rows = `SELECT ${output} ${select.from()} ${where} ORDER BY ${order.join(', ')} LIMIT ${limit}`;
  const { length } = select.values;
  const text = withKeysOfLast(underParents(parents, rows), { columns: length, keys, limit });
  return { text, parameters: bound.list, keysAt: keys.map((_, at) => length + at) };
}

interface PageShape {
  readonly columns: number;
  readonly keys: readonly Key[];
  /** Parameter for the maximum number of rows, one more than are shown. */
  readonly limit: string;
}

/** Adds the sort keys, as text, of only the last row shown, after which a next page would begin. */
function withKeysOfLast(rows: string, { columns, keys, limit }: PageShape): string {
  const columnNames = Array.from({ length: columns }, (_, at) => `c${at}`);
  const keyNames = keys.map((_, at) => `k${at}`);
  const spelt = keys.map(({ type }, at) => {
    return `CASE WHEN row_number() OVER () = ${limit} - 1 THEN ${spelledKey(`k${at}`, type)} END`;
  });
  return `SELECT ${[...columnNames, ...spelt].join(', ')}
    FROM (${rows}) AS page (${[...columnNames, ...keyNames].join(', ')})`;
}

function later(keys: readonly Key[], after: After, bound: PageParameters): string {
  const nulls = after.map((value) => value === null);
  return keysetCondition(keys, nulls, (at) => bound.add((_, row) => row[at], keys[at]!.type));
}

function ownRowSql(select: Select, bound: PageParameters): string {
  const address = addressColumn(select.entity)!;
  const owner = bound.add(({ ownRow }) => ownRow, castNameOf(address));
  return `${select.root}.${nameOf(address)} = ${owner}`;
}

function sortKeys(select: Select, plan: PagePlan, request: ScopedPageRequest): readonly Key[] {
  const keys = request.sort.map(({ field, descending }) => {
    const sorted = plan.sortable.get(field)!;
    const type = castNameOf(sorted.column);
    return { sql: select.column(sorted), descending, nullable: sorted.nullable, type };
  });
  const descending = keys.at(-1)?.descending ?? false;
  const ties = select.entity.primaryColumns.map((column) => ({
    sql: `${select.root}.${nameOf(column)}`,
    descending,
    nullable: false,
    type: castNameOf(column),
  }));
  return [...keys, ...ties];
}

function filterSql(
  select: Select,
  filter: FilterField,
  bind: Parameters<FilterCondition>[2],
): string {
  if (filter.byKey) return `${foreignKey(select, filter)} = (${foreignKeyOf(filter, bind())})`;
  const column = select.column(filter);
  const { condition } = filter.parser;
  if (condition) return condition(column, filter.operator, bind);
  return `${column} ${filter.operator} ${bind()}`;
}

function foreignKeyOf({ relations, column }: ResolvedPath, parameter: string): string {
  const key = relations.at(-1)!.joinColumns[0]!.referencedColumn!;
  const target = tableOf(column.entityMetadata);
  return `SELECT ${nameOf(key)} FROM ${target} WHERE ${nameOf(column)} = ${parameter}`;
}

function foundSql(select: Select, fields: readonly SearchField[], pattern: string): string {
  const conditions = fields.map((field) => {
    const collation = field.isNondeterministic ? ' COLLATE "default"' : '';
    return `${select.column(field)}${collation} ILIKE ${pattern}`;
  });
  return `(${conditions.join(' OR ')})`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
