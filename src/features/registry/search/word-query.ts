import type { Bind } from './condition.js';
import type { Term } from './search-request.js';
import { searchLimits } from './search-request.js';

/** For each word of a term, what a name may have for it. */
export type Forms = readonly (readonly string[])[];

/** Whether each name that begins with the term has its words, or words that begin with them. */
export function haveTheWords({ words }: Term): boolean {
  return words.length > 0 && words.every((word) => word.length >= shortest);
}

/** Words of which trigrams can tell anything. */
export function longWords({ words }: Term): readonly string[] {
  return words.filter((word) => word.length >= shortestSimilar);
}

/** What names have for the words that may be a beginning, and are too short to be compared. */
export function beginningsOf(term: Term): Forms {
  const isBeginning = ({ length }: string) => length >= shortest && length < shortestSimilar;
  return lexemesOf(term).filter((_, at) => isBeginning(term.words[at]!));
}

/** Letters from which on a word is taken for the beginning of one. */
const shortest = 3;

/**
 * Letters from which on a word is compared by trigrams. Of three letters, half of the trigrams are
 * those of the first two: every word that begins with them would be like it.
 */
const shortestSimilar = 4;

/**
 * For each word what a name may have for it: words that begin with it, by name if they are few,
 * because the index finds a word twice as fast as a beginning.
 */
export function lexemesOf(term: Term): Forms {
  return term.words.map((word, at) => {
    const known = term.begun[at] ?? [];
    if (word.length < shortest) return lexemes([word]);
    const isListed = known.length > 0 && areFew(known, term);
    return isListed ? lexemes(known) : lexemes([word]).map((beginning) => `${beginning}:*`);
  });
}

/** Whether all that a name may have for one word of a term can be asked for by name. */
export function areFew(forms: readonly string[], { words }: Term): boolean {
  if (forms.length > searchLimits.forms) return false;
  return Buffer.byteLength(forms.join('')) <= longestQuery / words.length;
}

/** The maximum number of bytes of a query's words; PostgreSQL takes a little more than a million. */
const longestQuery = 800_000;

/** Words as a text query spells them. Which signs part words, the database's locale decides. */
export function lexemes(words: readonly string[]): readonly string[] {
  return words.map((word) => `'${word.replaceAll(/['\\]/g, '$&$&')}'`);
}

/** Names that have one of the lexemes of each list. */
export function hasWords(lists: Forms, bind: Bind): string {
  const query = lists.map((list) => `(${list.join(' | ')})`).join(' & ');
  return `p.search_words @@ ${bind(query)}::tsquery AND p.status <> 'deleted'`;
}
