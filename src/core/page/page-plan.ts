import { columnTypeOf } from '../column-types/column-types.js';
import type { ValueParser } from '../column-types/value-parser.js';
import { problem } from '../errors/problem.js';
import { externalIdsOf } from '../ids/external-id.js';
import { internalName } from '../ids/id-faults.js';
import { isInternalIdName } from '../ids/id-names.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { isAddress, isInternalColumn, isOptionalPath, resolvePath } from '../view/relation-path.js';
import type { FilterSpec } from '../view/view-spec.js';
import { fieldsOf } from '../view/view.decorator.js';
import { parserOf } from './filter-values.js';
import { pageParameterNames } from './page-rules.js';
import type { SortKey } from './page.js';

/** A field that pages may be sorted by. */
export interface SortField extends ResolvedPath {
  readonly nullable: boolean;
}

/** A query parameter that filters. */
export interface FilterField extends ResolvedPath {
  readonly operator: string;
  readonly parser: ValueParser;
  /**
   * Whether the filter names the row behind a relation, so that the foreign key is enough without a
   * join.
   */
  readonly byKey: boolean;
}

/** A text column that `q` searches. */
export interface SearchField extends ResolvedPath {
  /**
   * Whether its own collation is nondeterministic, so that PostgreSQL searches only with another
   * one.
   */
  readonly isNondeterministic?: boolean;
}

/** The sort fields, filters and search of a view's pages, resolved to columns at boot. */
export interface PagePlan {
  readonly sortable: ReadonlyMap<string, SortField>;
  readonly defaultSort: readonly SortKey[];
  readonly filters: ReadonlyMap<string, FilterField>;
  readonly search: readonly SearchField[];
}

/** Resolves what a view declares about pages; refuses names that do not exist or are internal. */
export function planPages(view: CompiledView): PagePlan {
  const planner = new Planner(view);
  const { sort = [], filters = [], search = [], defaultSort = sort[0] } = view.options;
  const sortable = new Map(sort.map((field) => [field, planner.sortField(field)]));
  const entries = Array.isArray(filters)
    ? (filters as readonly string[]).map((name) => [name, name] as const)
    : Object.entries(filters as Readonly<Record<string, FilterSpec>>);
  return {
    sortable,
    defaultSort: defaultSort === undefined ? [] : planner.order(sortable, defaultSort),
    filters: new Map(entries.map(([name, spec]) => [name, planner.filterField(name, spec)])),
    search: search.map((path) => planner.searchField(path)),
  };
}

/** Reads `-createdAt,name`, or returns undefined if a field may not be sorted by. */
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

class Planner {
  constructor(private readonly view: CompiledView) {}

  sortField(name: string): SortField {
    const path = this.#locate(name);
    const isOrdered = !path.column.isArray && columnTypeOf(path.column)?.isSortable;
    if (!isOrdered) throw this.#refusal(`sorts by ${name}, a column of a type without an order`);
    return { ...path, nullable: isOptionalPath(path) };
  }

  filterField(name: string, spec: FilterSpec): FilterField {
    const { path, operator } =
      typeof spec === 'string' ? ({ path: spec, operator: '=' } as const) : spec;
    if (pageParameterNames.has(name))
      throw this.#refusal(`has a filter ${name}, a name reserved for pages`);
    if (isInternalIdName(name) && !externalIdsOf(this.view.viewClass).has(name))
      throw this.#refusal(`has a filter ${name}, ${internalName}`);
    const found = this.#locate(path);
    const parser = found.column.transformer ? undefined : parserOf(found.column);
    if (!parser) {
      throw this.#refusal(`filters by ${name}, a column that query parameters cannot carry`);
    }
    const byKey = found.relations.length > 0 && isAddress(found.column);
    if (isAddress(found.column) && operator !== '=') {
      throw this.#refusal(`filters by ${name} with ${operator}, though addresses have no order`);
    }
    return { ...found, operator, parser, byKey };
  }

  searchField(name: string): ResolvedPath {
    const path = this.#locate(name);
    const { isArray, transformer } = path.column;
    const isText = !isArray && !transformer && columnTypeOf(path.column)?.isSearchable;
    if (!isText) throw this.#refusal(`searches ${name}, which is not a text column`);
    return path;
  }

  order(sortable: ReadonlyMap<string, SortField>, text: string): readonly SortKey[] {
    const keys = readSort(sortable, text);
    if (keys) return keys;
    throw this.#refusal(`has the default sort ${text}, which is not among its sort fields`);
  }

  /** A name is first a field of the view, so that the API uses one vocabulary, then a path. */
  #locate(name: string): ResolvedPath {
    const { view } = this;
    const field = fieldsOf(view.viewClass).find(({ property }) => property === name);
    const path = field?.kind === 'column' ? field.path : name;
    const found = resolvePath(view.entity, path, `The page of ${view.name}`);
    if (isInternalColumn(found.column)) throw this.#refusal(`names ${name}, an internal id`);
    if (!found.column.isSelect) throw this.#refusal(`names ${name}, declared \`select: false\``);
    return found;
  }

  #refusal(why: string): Error {
    return problem('setup_refused', { detail: `The page of ${this.view.name} ${why}.` });
  }
}
