import { mostErrors } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { isInternalIdName, looksNumeric, parsePublicId } from '../ids/ids.js';
import type { RawQuery } from '../page/read-page-query.js';
import type { CompiledRoute } from './compiled-route.js';

type Query = Record<string, string | readonly string[] | undefined>;

/**
 * Checks a query before anything reads it: names of internal ids are refused on every route, and
 * so are parameters that the route does not declare, unless they are to be ignored; public ids have to be some. What a page takes
 * by itself is left to the page, and returned.
 */
export function checkQuery(
  query: Query,
  { query: declared, page }: CompiledRoute,
): DualIdError | undefined {
  const internal: FieldError[] = [];
  const unknown: FieldError[] = [];
  for (const parameter in query) {
    if (
      isInternalIdName(parameter) &&
      !declared.external.has(parameter) &&
      !isFilter(page, parameter)
    ) {
      internal.push({ parameter, detail: 'has the name of an internal id' });
    } else if (!page && !declared.names.has(parameter)) {
      if (declared.refusesUnknown)
        unknown.push({ parameter, detail: 'is not a parameter of this route' });
      else delete query[parameter];
    }
  }
  if (internal.length > 0) return refusal('internal_id_refused', { errors: clipped(internal) });
  if (unknown.length > 0) return refusal('invalid_query', { errors: clipped(unknown) });
  return checkIds(query, declared.ids);
}

/** The part of a query that a page reads: all of it, but for what the handler takes by itself. */
export function queryOfPage(query: RawQuery, { query: declared, page }: CompiledRoute): RawQuery {
  if (declared.names.size === 0 && declared.refusesUnknown) return query;
  const { filters, search, sortable } = page!.plan;
  const known = (name: string) =>
    filters.has(name) ||
    ['limit', 'after'].includes(name) ||
    (name === 'sort' && sortable.size > 0) ||
    (name === 'q' && search.length > 0);
  const isLeft = (name: string) =>
    declared.refusesUnknown ? !declared.names.has(name) : known(name);
  return Object.fromEntries(Object.entries(query).filter(([name]) => isLeft(name)));
}

function isFilter(page: CompiledRoute['page'], parameter: string): boolean {
  return page?.plan.filters.has(parameter) ?? false;
}

function checkIds(
  query: Query,
  ids: ReadonlyMap<string, readonly number[]>,
): DualIdError | undefined {
  const errors: FieldError[] = [];
  for (const [parameter, versions] of ids) {
    const value = query[parameter];
    if (value === undefined) continue;
    const uuid = parsePublicId(value, versions);
    if (uuid !== undefined) query[parameter] = uuid;
    else {
      const isNumber = looksNumeric(value);
      const detail = isNumber ? 'is a number; public ids are UUIDs' : 'is not a public id';
      errors.push({ parameter, detail });
    }
  }
  return errors.length > 0 ? refusal('malformed_public_id', { errors }) : undefined;
}

function clipped(errors: readonly FieldError[]): readonly FieldError[] {
  return errors
    .slice(0, mostErrors)
    .map(({ parameter = '', detail }) => ({ parameter: parameter.slice(0, 100), detail }));
}
