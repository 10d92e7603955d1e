import type { FieldError } from '../errors/dual-id-error.js';
import { problem } from '../errors/problem.js';
import { looksNumeric } from '../ids/ids.js';
import type { PagePlan } from './page-plan.js';
import { readSort } from './page-plan.js';
import type { PageRequest, SortKey } from './page.js';
import { pageLimits } from './page.js';
import { isPlainText, longestText } from './filter-values.js';

/** Query parameters as Fastify parses them. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Checks the query of a page against the view: `limit`, `after`, `sort`, `q` and the declared
 * filters, each at most once. Anything else is refused, so that a typing error is no silent
 * full list.
 */
export function readPageQuery(
  query: RawQuery,
  plan: PagePlan,
): Omit<PageRequest, 'within' | 'route'> {
  const errors: FieldError[] = [];
  const refuse = (parameter: string, detail: string) => void errors.push({ parameter, detail });
  const filters: Record<string, string> = {};
  let request: { limit: number; sort: readonly SortKey[]; after?: string; q?: string } = {
    limit: pageLimits.default,
    sort: plan.defaultSort,
  };
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string') refuse(name, 'is given more than once');
    else if (plan.filters.has(name)) readFilter(name, value);
    else if (name === 'limit') request = { ...request, limit: readLimit(value) };
    else if (name === 'sort') request = { ...request, sort: readOrder(value) };
    else if (name === 'after') request = { ...request, after: value };
    else if (name === 'q' && plan.search.length > 0) readSearch(value);
    else refuse(name, 'is not a parameter of this route');
  }
  if (errors.length === 0) return { ...request, filters };
  throw problem(errors.some(isIdError) ? 'malformed_public_id' : 'invalid_query', { errors });

  function readFilter(name: string, value: string): void {
    const { parser } = plan.filters.get(name)!;
    const parsed = parser.parse(value);
    if (parsed !== undefined) filters[name] = parsed;
    else if (!parser.isPublicId) refuse(name, expectation(parser.schema.enum));
    else refuse(name, looksNumeric(value) ? numericId : malformedId);
  }

  function readLimit(value: string): number {
    const limit = /^\d{1,3}$/.test(value) ? Number(value) : 0;
    if (limit < 1 || limit > pageLimits.most) {
      refuse('limit', `is not a whole number from 1 to ${pageLimits.most}`);
    }
    return limit;
  }

  function readOrder(value: string): readonly SortKey[] {
    const keys = readSort(plan.sortable, value);
    if (!keys) refuse('sort', `is not one of ${[...plan.sortable.keys()].join(', ')}`);
    return keys ?? [];
  }

  function readSearch(value: string): void {
    if (isPlainText(value)) request = { ...request, q: value };
    else refuse('q', `is not a text of 1 to ${longestText} characters`);
  }
}

const numericId = 'is a number; public ids are UUIDs';
const malformedId = 'is not a public id';

function isIdError({ detail }: FieldError): boolean {
  return detail === numericId || detail === malformedId;
}

function expectation(values: readonly unknown[] | undefined): string {
  return values ? `is not one of ${values.join(', ')}` : 'is not a value of this parameter';
}
