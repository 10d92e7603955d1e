import type { Match, Term } from './search-request.js';
import { searchLimits } from './search-request.js';

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
  /** For each longer word of the term, the words of names that are like it; where they are asked. */
  readonly forms?: Forms | undefined;
  /** Schema of the extension pg_trgm, quoted. */
  readonly trigrams: string;
}

/** Adds a value to those of a statement, and answers its placeholder. */
export type Bind = (value: unknown) => string;

/** A condition of candidates, and whether they are only like the term. */
export interface Condition {
  readonly sql: string;
  readonly isSimilar: boolean;
}

/** For each word of a term, words like it. */
export type Forms = readonly (readonly string[])[];

/**
 * Names that match the term, and names with words like its words. Those that begin with the term
 * have its words, unless one is too short to be taken for the beginning of a word.
 */
export function conditionsOf({ term, match, forms }: Search, bind: Bind): readonly Condition[] {
  if (match === 'exact') return [exactly(term, bind)];
  const isCovered = match === 'words' || (match === undefined && haveTheWords(term));
  const isOfWords = match !== 'prefix' && term.words.length > 0;
  return [
    ...(isCovered ? [] : [beginning(term, bind)]),
    ...(isOfWords ? [plain(hasWords(lexemesOf(term), bind))] : []),
    ...(forms ? [{ sql: hasWords(forms.map(lexemes), bind), isSimilar: true }] : []),
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

/** Whether each name that begins with the term has its words, or words that begin with them. */
function haveTheWords({ words }: Term): boolean {
  return words.length > 0 && words.every((word) => word.length >= shortest);
}

/** Words of which trigrams can tell anything. */
export function longWords({ words }: Term): readonly string[] {
  return words.filter((word) => word.length >= shortest);
}

/** Letters from which on a word is taken for the beginning of one, and compared by trigrams. */
const shortest = 3;

const alive = `p.status IN ('active', 'archived')`;

/**
 * For each word what a name may have for it: words that begin with it, by name if they are few,
 * because the index finds a word twice as fast as a beginning.
 */
function lexemesOf({ words, begun }: Term): Forms {
  return words.map((word, at) => {
    const known = begun[at] ?? [];
    if (word.length < shortest) return lexemes([word]);
    return known.length > 0 && known.length <= searchLimits.forms
      ? lexemes(known)
      : [`'${word}':*`];
  });
}

/** Words as a text query spells them; they have neither blanks nor signs. */
function lexemes(words: readonly string[]): readonly string[] {
  return words.map((word) => `'${word}'`);
}

/** Names that have one of the lexemes of each list. */
function hasWords(lists: Forms, bind: Bind): string {
  const query = lists.map((list) => `(${list.join(' | ')})`).join(' & ');
  return `p.search_words @@ ${bind(query)}::tsquery AND p.status <> 'deleted'`;
}

function plain(sql: string): Condition {
  return { sql, isSimilar: false };
}
