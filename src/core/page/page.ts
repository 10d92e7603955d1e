import type { Within } from '../reading/within.js';

/** One page of views. `nextCursor` is null on the last one. */
export interface Page<V> {
  readonly items: V[];
  readonly nextCursor: string | null;
}

/** One key of an order. */
export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

/** A page request, already checked against the view. */
export interface PageRequest {
  /** The maximum number of items, 1 to 100. */
  readonly limit: number;
  readonly after?: string | undefined;
  readonly sort: readonly SortKey[];
  readonly filters: Readonly<Record<string, string>>;
  readonly q?: string | undefined;
  readonly within: Within;
  /** The requesting route; a cursor of one route is refused by every other. */
  readonly route?: string;
}

/** A page request as it is read, for all rows or for those of one owner. */
export interface ScopedPageRequest extends PageRequest {
  /** The public id of the only row that exists, for an entity that owns itself. */
  readonly ownRow?: string | undefined;
}

/** The number of items on a page by default, and the maximum. */
export const pageLimits = { default: 20, max: 100 } as const;
