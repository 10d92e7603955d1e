import type { RegistryEntry } from '../entry.js';

/** What makes a name match: all of it, its beginning, its words, or words like them. */
export const matches = ['exact', 'prefix', 'words', 'similar'] as const;

/** How a name matched, the best first. */
export type Match = (typeof matches)[number];

/** What is searched for. */
export interface SearchRequest {
  /** A name or a part of it, or a public id. */
  readonly q: string;
  /** Name of a platform type; all of them by default. */
  readonly type?: string | undefined;
  /** One kind of match alone; by default all, similar words only where the others are few. */
  readonly match?: Match | undefined;
  /** The maximum number of entries, 1 to 100; 20 by default. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before. */
  readonly after?: string | undefined;
}

/** An entry that was found, and how. */
export interface FoundEntry extends RegistryEntry {
  readonly match: Match;
}

/** A page of what was found, exact matches first, then by rank, then the newest. */
export interface SearchPage {
  readonly items: readonly FoundEntry[];
  readonly nextCursor: string | null;
  /** More than 5,000 names match, and the exact ones and the newest 1,000 were ranked. */
  readonly capped: boolean;
}

/** A search term as the database compares it. */
export interface Term {
  readonly key: string;
  readonly words: readonly string[];
  /** For each word, the words of names that begin with it: up to one more than are asked by name. */
  readonly begun: readonly (readonly string[])[];
}

/**
 * The maximum number of names that are ranked exactly, how many of the newest are when there are more, up to how
 * many they are counted where the statistics do not expect more, and up to how many words of names
 * that are like a word of the term, or begin with it, are asked by name.
 */
export const searchLimits = {
  ranked: 5_000,
  newest: 1_000,
  counted: 12_000,
  forms: 100,
  few: 10,
  typeahead: 10,
} as const;
