import type { Within } from '../repository/view-reader.js';

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

/** What a page is asked for, already checked against the view. */
export interface PageRequest {
  /** The maximum number of items, 1 to 100. */
  readonly limit: number;
  readonly after?: string | undefined;
  readonly sort: readonly SortKey[];
  readonly filters: Readonly<Record<string, string>>;
  readonly q?: string | undefined;
  readonly within: Within;
  /** The route that asks; a cursor of one route is refused by every other. */
  readonly route?: string;
}

/** Items on a page that asks for no number, and the most a page may ask for. */
export const pageLimits = { default: 20, most: 100 } as const;
