import type { DataSource } from 'typeorm';
import { problem } from '../errors/problem.js';
import { externalIdsOf } from '../ids/external-id.js';
import { isInternalIdName } from '../ids/ids.js';
import type { CompiledView } from '../view/compiled-view.js';
import type { ResolvedPath } from '../view/relation-path.js';
import { isAddress, isInternalColumn, isOptionalPath, resolvePath } from '../view/relation-path.js';
import { fieldsOf } from '../view/view.decorator.js';
import type { FilterSpec } from '../view/view-spec.js';
import { isSearchable, isSortable, parserOf } from './filter-values.js';
import type { ValueParser } from './value-parser.js';
import type { SortKey } from './page.js';

/** A field pages may be sorted by. */
export interface SortField extends ResolvedPath {
  readonly nullable: boolean;
}

/** A query parameter that filters. */
export interface FilterField extends ResolvedPath {
  readonly operator: string;
  readonly parser: ValueParser;
  /** The filter names the row behind a relation, so that the foreign key tells without a join. */
  readonly byKey: boolean;
}

/** A text column that `q` searches. */
export interface SearchField extends ResolvedPath {
  /** Its own collation is nondeterministic, and PostgreSQL searches by another one only. */
  readonly isNondeterministic?: boolean;
}

/** What pages of a view can be asked for, resolved to columns at boot. */
export interface PagePlan {
  readonly sortable: ReadonlyMap<string, SortField>;
  readonly defaultSort: readonly SortKey[];
  readonly filters: ReadonlyMap<string, FilterField>;
  readonly search: readonly SearchField[];
}

/** Resolves what a view declares about pages; refuses names that lead nowhere or inside. */
export function planPages(view: CompiledView, dataSource: DataSource): PagePlan {
  const planner = new Planner(view, dataSource);
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

/** Reads `-createdAt,name`, or returns undefined when a field may not be sorted by. */
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

/** Names that a page of any view takes already. */
const reserved: ReadonlySet<string> = new Set(['limit', 'after', 'sort', 'q']);

class Planner {
  constructor(
    private readonly view: CompiledView,
    private readonly dataSource: DataSource,
  ) {}

  sortField(name: string): SortField {
    const path = this.#locate(name);
    const isOrdered = !path.column.isArray && isSortable(this.#typeOf(path));
    if (!isOrdered) throw this.#refusal(`sorts by ${name}, a column of a type without an order`);
    return { ...path, nullable: isOptionalPath(path) };
  }

  filterField(name: string, spec: FilterSpec): FilterField {
    const { path, operator } =
      typeof spec === 'string' ? ({ path: spec, operator: '=' } as const) : spec;
    if (reserved.has(name)) throw this.#refusal(`has a filter ${name}, a name that pages use`);
    if (isInternalIdName(name) && !externalIdsOf(this.view.viewClass).has(name))
      throw this.#refusal(`has a filter ${name}, the name of an internal id`);
    const found = this.#locate(path);
    const parser = found.column.transformer
      ? undefined
      : parserOf(found.column, this.#typeOf(found));
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
    const isText = !isArray && !transformer && isSearchable(this.#typeOf(path));
    if (!isText) throw this.#refusal(`searches ${name}, which is no text column`);
    return path;
  }

  order(sortable: ReadonlyMap<string, SortField>, text: string): readonly SortKey[] {
    const keys = readSort(sortable, text);
    if (keys) return keys;
    throw this.#refusal(`has the default sort ${text}, which is not among its sort fields`);
  }

  /** A name is a field of the view first, so that the API speaks one language, then a path. */
  #locate(name: string): ResolvedPath {
    const { view } = this;
    const field = fieldsOf(view.viewClass).find(({ property }) => property === name);
    const path = field?.kind === 'column' ? field.path : name;
    const found = resolvePath(view.entity, path, `The page of ${view.name}`);
    if (isInternalColumn(found.column)) throw this.#refusal(`names ${name}, an internal id`);
    if (!found.column.isSelect) throw this.#refusal(`names ${name}, declared \`select: false\``);
    return found;
  }

  #typeOf({ column }: ResolvedPath): string {
    return this.dataSource.driver.normalizeType(column);
  }

  #refusal(why: string): Error {
    return problem('setup_refused', { detail: `The page of ${this.view.name} ${why}.` });
  }
}
