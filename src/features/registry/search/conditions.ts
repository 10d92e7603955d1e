import type { BindParameter, SearchCondition } from './condition.js';
import type { Match, Term } from './search-request.js';
import type { SimilarWords } from './similar-words.js';
import { similarly } from './similar-words.js';
import { hasWordsSql, haveTheWords, lexemesOf } from './word-query.js';

/** Where a page of results ended. */
export interface SearchPosition {
  readonly rank: string;
  readonly createdAt: string;
  readonly id: string;
}

/** The values a statement is built for. */
export interface Search {
  readonly term: Term;
  readonly type: number | undefined;
  readonly match: Match | undefined;
  readonly limit: number;
  readonly after: SearchPosition | undefined;
  /** What names may have for the words of the term, when searching for similar ones. */
  readonly similar?: SimilarWords | undefined;
  /** Schema of the extension pg_trgm, quoted. */
  readonly trigrams: string;
}

/**
 * Names that match the term, and names with words similar to its words. Names that begin with the
 * term contain its words, unless a word is too short to be treated as the beginning of one.
 */
export function conditionsOf(search: Search, bind: BindParameter): readonly SearchCondition[] {
  const { term, match, similar, trigrams } = search;
  if (match === 'exact') return [exactly(term, bind)];
  const isCovered = match === 'words' || (match === undefined && haveTheWords(term));
  const isOfWords = match !== 'prefix' && term.words.length > 0;
  return [
    ...(isCovered ? [] : [nameBegins(term, bind)]),
    ...(isOfWords ? [exactCondition(hasWordsSql(lexemesOf(term), bind))] : []),
    ...(similar ? [similarly(similar, trigrams, bind)] : []),
  ];
}

/** Names equal to the term. */
export function exactly({ key }: Term, bind: BindParameter): SearchCondition {
  return exactCondition(`p.search_key = ${bind(key)} AND ${alive}`);
}

/** Names that begin with the term, which an index alone can count. */
export function nameBegins({ key }: Term, bind: BindParameter): SearchCondition {
  return exactCondition(`p.search_key ^@ ${bind(key)} AND ${alive}`);
}

/** Whether every name that begins with the term is among those searched for. */
export function takesBeginnings({ match, term }: Search): boolean {
  return match === 'words' ? haveTheWords(term) : match !== 'exact';
}

const alive = `p.status IN ('active', 'archived')`;

function exactCondition(sql: string): SearchCondition {
  return { sql, isSimilar: false };
}
