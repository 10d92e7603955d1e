import type { DataSource } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { problem } from '../errors/problem.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { isInternalColumn, resolvePath } from '../view/relation-path.js';
import { fieldsOf } from '../view/view.decorator.js';
import type { FilterSpec } from '../view/view-spec.js';
import type { SortKey } from './page.js';
import type { ValueParser } from './filter-values.js';
import { parserOf } from './filter-values.js';

/** A field pages may be sorted by. */
export interface SortField extends ResolvedPath {
  readonly nullable: boolean;
}

/** A query parameter that filters. */
export interface FilterField extends ResolvedPath {
  readonly operator: string;
  readonly parser: ValueParser;
}

/** What pages of a view can be asked for, resolved to columns at boot. */
export interface PagePlan {
  readonly sortable: ReadonlyMap<string, SortField>;
  readonly defaultSort: readonly SortKey[];
  readonly filters: ReadonlyMap<string, FilterField>;
  readonly search: readonly ResolvedPath[];
}

/** Resolves what a view declares about pages; refuses names that lead nowhere or inside. */
export function planPages(view: CompiledView, dataSource: DataSource): PagePlan {
  const { options } = view;
  const sortable = new Map((options.sort ?? []).map((field) => [field, sortField(view, field)]));
  const defaultSort = options.defaultSort ?? options.sort?.[0];
  return {
    sortable,
    defaultSort: defaultSort === undefined ? [] : parseSort(view, sortable, defaultSort),
    filters: new Map(
      filterEntries(options.filters).map(([name, spec]) => [
        name,
        filterField(view, name, spec, dataSource),
      ]),
    ),
    search: (options.search ?? []).map((path) => locate(view, path)),
  };
}

/** Reads `-createdAt,name`, or answers undefined when a field may not be sorted by. */
export function readSort(
  sortable: ReadonlyMap<string, SortField>,
  text: string,
): readonly SortKey[] | undefined {
  const keys = text.split(',').map((part) => ({
    field: part.replace(/^-/, ''),
    descending: part.startsWith('-'),
  }));
  const known = keys.every(({ field }) => sortable.has(field));
  const distinct = new Set(keys.map(({ field }) => field)).size === keys.length;
  return known && distinct ? keys : undefined;
}

function parseSort(
  view: CompiledView,
  sortable: ReadonlyMap<string, SortField>,
  text: string,
): readonly SortKey[] {
  const keys = readSort(sortable, text);
  if (keys) return keys;
  throw problem('setup_refused', {
    detail: `${view.name} has the default sort ${text}, which is not among its sort fields.`,
  });
}

function sortField(view: CompiledView, field: string): SortField {
  const path = locate(view, field);
  const nullable = path.column.isNullable || path.relations.some((relation) => relation.isNullable);
  return { ...path, nullable };
}

function filterEntries(
  filters: readonly string[] | Readonly<Record<string, FilterSpec>> | undefined,
): readonly (readonly [string, FilterSpec])[] {
  if (filters === undefined) return [];
  if (Array.isArray(filters)) return (filters as string[]).map((name) => [name, name]);
  return Object.entries(filters as Readonly<Record<string, FilterSpec>>);
}

function filterField(
  view: CompiledView,
  name: string,
  spec: FilterSpec,
  dataSource: DataSource,
): FilterField {
  const { path, operator } = typeof spec === 'string' ? { path: spec, operator: '=' } : spec;
  const found = locate(view, path);
  const parser = parserOf(found.column, dataSource.driver.normalizeType(found.column));
  if (parser) return { ...found, operator, parser };
  throw problem('setup_refused', {
    detail: `${view.name} filters by ${name}, a column of a type that query parameters cannot carry.`,
  });
}

/** A name is a field of the view first, so that the API speaks one language, then a path. */
function locate(view: CompiledView, name: string): ResolvedPath {
  const field = fieldsOf(view.viewClass).find(({ property }) => property === name);
  const path = field?.kind === 'column' ? field.path : name;
  const found = resolvePath(view.entity, path, `The page of ${view.name}`);
  if (!isInternalColumn(found.column as ColumnMetadata)) return found;
  throw problem('setup_refused', {
    detail: `The page of ${view.name} names ${name}, which is an internal id.`,
  });
}
