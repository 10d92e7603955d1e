import { pageLimits } from './page.js';

/** The query parameters of every page, as the API description shows them. */
export const pageRules = {
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: pageLimits.max,
    default: pageLimits.default,
    description: 'The maximum number of items on a page.',
  },
  after: {
    type: 'string',
    description: 'The `nextCursor` of the page before; without it the first page.',
  },
} as const;

/** A query parameter with which a page is read, besides its filters. */
export type PageParameterName = keyof typeof pageRules | 'sort' | 'q';

/** The names that a filter may not have, because the page of every view may use them. */
export const pageParameterNames: ReadonlySet<string> = new Set<PageParameterName>([
  'limit',
  'after',
  'sort',
  'q',
]);

/** What a page of a view takes. */
interface Taken {
  readonly sortable: ReadonlyMap<string, unknown>;
  readonly search: readonly unknown[];
}

/** Whether a query parameter, which is not a filter, is one of this page's. */
export function takesParameter(page: Taken, name: string): name is PageParameterName {
  if (name === 'sort') return page.sortable.size > 0;
  if (name === 'q') return page.search.length > 0;
  return pageParameterNames.has(name);
}
