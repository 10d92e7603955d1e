import { maxErrors } from '../body/body-inspection.js';
import type { FieldError } from '../errors/dual-id-error.js';
import type { DualIdError } from '../errors/dual-id-error.js';
import { refusal } from '../errors/problem.js';
import { unknownParameterFault } from '../errors/query-faults.js';
import { internalNameFault, publicIdFault } from '../ids/id-faults.js';
import { isInternalIdName } from '../ids/id-names.js';
import { parsePublicId } from '../ids/ids.js';
import { takesParameter } from '../page/page-rules.js';
import type { RawQuery } from '../page/read-page-query.js';
import type { CompiledRoute } from './compiled-route.js';

type MutableQuery = Record<string, string | readonly string[] | undefined>;

/**
 * Checks a query before anything reads it: refuses names of internal ids on every route, parameters
 * that the route does not declare unless they are to be ignored, and invalid public ids. Returns
 * the page's own parameters, which the page checks.
 */
export function checkQuery(
  query: MutableQuery,
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
      internal.push({ parameter, detail: internalNameFault });
    } else if (!page && !declared.names.has(parameter)) {
      if (declared.refusesUnknown) unknown.push({ parameter, detail: unknownParameterFault });
      else delete query[parameter];
    }
  }
  if (internal.length > 0) return refusal('internal_id_refused', { errors: boundedList(internal) });
  if (unknown.length > 0) return refusal('invalid_query', { errors: boundedList(unknown) });
  return checkIds(query, declared.ids);
}

/** The part of a query that a page reads: everything except the handler's own parameters. */
export function queryOfPage(query: RawQuery, { query: declared, page }: CompiledRoute): RawQuery {
  if (declared.names.size === 0 && declared.refusesUnknown) return query;
  const { plan } = page!;
  const known = (name: string) => plan.filters.has(name) || takesParameter(plan, name);
  const isLeft = (name: string) =>
    declared.refusesUnknown ? !declared.names.has(name) : known(name);
  return Object.fromEntries(Object.entries(query).filter(([name]) => isLeft(name)));
}

function isFilter(page: CompiledRoute['page'], parameter: string): boolean {
  return page?.plan.filters.has(parameter) ?? false;
}

function checkIds(
  query: MutableQuery,
  ids: ReadonlyMap<string, readonly number[]>,
): DualIdError | undefined {
  const errors: FieldError[] = [];
  for (const [parameter, versions] of ids) {
    const value = query[parameter];
    if (value === undefined) continue;
    const uuid = parsePublicId(value, versions);
    if (uuid !== undefined) query[parameter] = uuid;
    else errors.push({ parameter, detail: publicIdFault(value) });
  }
  return errors.length > 0 ? refusal('malformed_public_id', { errors }) : undefined;
}

function boundedList(errors: readonly FieldError[]): readonly FieldError[] {
  return errors
    .slice(0, maxErrors)
    .map(({ parameter = '', detail }) => ({ parameter: parameter.slice(0, 100), detail }));
}
