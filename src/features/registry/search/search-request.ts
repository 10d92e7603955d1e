import type { RegistryEntry } from '../entry.js';

/** What makes a name match: the whole name, its beginning, its words, or similar words. */
export const matches = ['exact', 'prefix', 'words', 'similar'] as const;

/** How a name matched, best first. */
export type Match = (typeof matches)[number];

/** The parameters of a search. */
export interface SearchRequest {
  /** A name, part of a name, or a public id. */
  readonly q: string;
  /** Name of a platform type; all of them by default. */
  readonly type?: string | undefined;
  /** Only this kind of match; by default all, similar words only where the others are few. */
  readonly match?: Match | undefined;
  /** The maximum number of entries, 1 to 100; 20 by default. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the previous page. */
  readonly after?: string | undefined;
}

/** A matching entry, and how it matched. */
export interface FoundEntry extends RegistryEntry {
  readonly match: Match;
}

/** A page of matches: exact ones first, then by rank, then the newest. */
export interface SearchPage {
  readonly items: readonly FoundEntry[];
  readonly nextCursor: string | null;
  /**
   * Whether more than 5,000 names match, and only the exact ones and the newest 1,000 were ranked.
   */
  readonly capped: boolean;
}

/** A search term in the form the database compares. */
export interface Term {
  readonly key: string;
  readonly words: readonly string[];
  /**
   * For each word, the words of names that begin with it: at most one more than are queried by
   * name.
   */
  readonly begun: readonly (readonly string[])[];
}

/**
 * Maximums: names that are ranked exactly; the newest names ranked when there are more; names
 * counted if the statistics do not expect more; and words of names, similar to a word of the term
 * or beginning with it, that are queried by name.
 */
export const searchLimits = {
  ranked: 5_000,
  newest: 1_000,
  counted: 12_000,
  forms: 100,
  few: 10,
  typeahead: 10,
} as const;
