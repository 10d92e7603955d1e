import type { BindParameter } from './condition.js';
import type { Term } from './search-request.js';
import { searchLimits } from './search-request.js';

/** For each word of a term, what a name may have for it. */
export type Forms = readonly (readonly string[])[];

/** Whether every name that begins with the term has its words, or words that begin with them. */
export function haveTheWords({ words }: Term): boolean {
  return words.length > 0 && words.every((word) => word.length >= minWordLength);
}

/** Words long enough to be compared by trigrams. */
export function longWords({ words }: Term): readonly string[] {
  return words.filter((word) => word.length >= minSimilarLength);
}

/** What names have for the words that may be a beginning, but are too short to be compared. */
export function beginningsOf(term: Term): Forms {
  const isBeginning = ({ length }: string) => length >= minWordLength && length < minSimilarLength;
  return lexemesOf(term).filter((_, at) => isBeginning(term.words[at]!));
}

/** The minimum number of letters for a word to be treated as the beginning of one. */
const minWordLength = 3;

/**
 * The minimum number of letters for a word to be compared by trigrams. With three letters, half of
 * the trigrams are those of the first two: every word that begins with them would be similar.
 */
const minSimilarLength = 4;

/**
 * For each word, what a name may have for it: words that begin with it, by name if they are few,
 * because the index finds a word twice as fast as a prefix.
 */
export function lexemesOf(term: Term): Forms {
  return term.words.map((word, at) => {
    const known = term.begun[at] ?? [];
    if (word.length < minWordLength) return lexemes([word]);
    const isListed = known.length > 0 && areFew(known, term);
    return isListed ? lexemes(known) : lexemes([word]).map((beginning) => `${beginning}:*`);
  });
}

/** Whether everything a name may have for one word of a term can be queried by name. */
export function areFew(forms: readonly string[], { words }: Term): boolean {
  if (forms.length > searchLimits.forms) return false;
  return Buffer.byteLength(forms.join('')) <= maxQueryLength / words.length;
}

/**
 * The maximum number of bytes of a query's words; PostgreSQL accepts a little more than a million.
 */
const maxQueryLength = 800_000;

/**
 * Words in the format of a text query. The database's locale decides which characters separate
 * words.
 */
export function lexemes(words: readonly string[]): readonly string[] {
  return words.map((word) => `'${word.replaceAll(/['\\]/g, '$&$&')}'`);
}

/** Names that have one of the lexemes of each list. */
export function hasWordsSql(lists: Forms, bind: BindParameter): string {
  const query = lists.map((list) => `(${list.join(' | ')})`).join(' & ');
  return `p.search_words @@ ${bind(query)}::tsquery AND p.status <> 'deleted'`;
}
