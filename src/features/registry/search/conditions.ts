import type { Bind, Condition } from './condition.js';
import type { Match, Term } from './search-request.js';
import type { SimilarWords } from './similar-words.js';
import { similarly } from './similar-words.js';
import { hasWords, haveTheWords, lexemesOf } from './word-query.js';

/** Where a page of results ended. */
export interface Position {
  readonly rank: string;
  readonly createdAt: string;
  readonly id: string;
}

/** What a statement is made for. */
export interface Search {
  readonly term: Term;
  readonly type: number | undefined;
  readonly match: Match | undefined;
  readonly limit: number;
  readonly after: Position | undefined;
  /** What names may have for the words of the term, where similar ones are asked. */
  readonly similar?: SimilarWords | undefined;
  /** Schema of the extension pg_trgm, quoted. */
  readonly trigrams: string;
}

/**
 * Names that match the term, and names with words like its words. Those that begin with the term
 * have its words, unless one is too short to be taken for the beginning of a word.
 */
export function conditionsOf(search: Search, bind: Bind): readonly Condition[] {
  const { term, match, similar, trigrams } = search;
  if (match === 'exact') return [exactly(term, bind)];
  const isCovered = match === 'words' || (match === undefined && haveTheWords(term));
  const isOfWords = match !== 'prefix' && term.words.length > 0;
  return [
    ...(isCovered ? [] : [beginning(term, bind)]),
    ...(isOfWords ? [plain(hasWords(lexemesOf(term), bind))] : []),
    ...(similar ? [similarly(similar, trigrams, bind)] : []),
  ];
}

/** Names that are the term. */
export function exactly({ key }: Term, bind: Bind): Condition {
  return plain(`p.search_key = ${bind(key)} AND ${alive}`);
}

/** Names that begin with the term, which an index alone can count. */
export function beginning({ key }: Term, bind: Bind): Condition {
  return plain(`p.search_key ^@ ${bind(key)} AND ${alive}`);
}

/** Whether each name that begins with the term is one that is searched for. */
export function takesBeginnings({ match, term }: Search): boolean {
  return match === 'words' ? haveTheWords(term) : match !== 'exact';
}

const alive = `p.status IN ('active', 'archived')`;

function plain(sql: string): Condition {
  return { sql, isSimilar: false };
}
