import type { BindParameter, SearchCondition } from './condition.js';
import type { Term } from './search-request.js';
import { searchLimits } from './search-request.js';
import type { Forms } from './word-query.js';
import { areFew, beginningsOf, hasWordsSql, lexemes, longWords } from './word-query.js';

/** What a name may have for the longer words of a term; it needs a match for each. */
export interface SimilarWords {
  /**
   * Lexemes of names that are similar to, or begin with, a word of the term, for each word with few
   * of them.
   */
  readonly listed: Forms;
  /** The words of the term that have more, longest first. */
  readonly wide: readonly string[];
}

/** Finds, for each longer word of the term, whether few words of names are similar, and which. */
export function formsStatement(term: Term, trigrams: string) {
  const text = `SELECT asked, ARRAY(SELECT word FROM dual_id.name_words
      WHERE asked OPERATOR(${trigrams}.<%) word LIMIT ${searchLimits.forms + 1})
    FROM unnest($1::text[]) asked`;
  return { text, values: [longWords(term)] };
}

/** Reads the result of `formsStatement`; returns nothing if no name can have all of the words. */
export function similarWords(
  rows: readonly (readonly unknown[])[],
  term: Term,
): SimilarWords | undefined {
  const alike = rows as readonly (readonly [string, readonly string[]])[];
  if (alike.some(([, words]) => words.length === 0)) return undefined;
  const isListed = ([, words]: (typeof alike)[number]) => areFew(words, term);
  return {
    listed: [...alike.filter(isListed).map(([, words]) => lexemes(words)), ...beginningsOf(term)],
    wide: alike
      .filter((one) => !isListed(one))
      .map(([asked]) => asked)
      .toSorted((one, other) => other.length - one.length),
  };
}

/**
 * Names with words similar to those of the term. Listed words lead to them directly, and the other
 * words are compared there. Without any, the names are those of each indexed word that is similar
 * to the longest.
 */
export function similarly(
  similar: SimilarWords,
  trigrams: string,
  bind: BindParameter,
): SearchCondition {
  const { listed, wide } = similar;
  const likeOf = wide.map((asked) => `${bind(asked)}::text OPERATOR(${trigrams}.<%)`);
  const has = likeOf.map((like) => `EXISTS (SELECT ${ofWords} ${like} w)`);
  if (listed.length > 0) {
    return { sql: [hasWordsSql(listed, bind), ...has].join(' AND '), isSimilar: true };
  }
  const sql = [`p.search_words IS NOT NULL AND p.status <> 'deleted'`, ...has].join(' AND ');
  return { sql, isSimilar: true, among: namesOfWordsLike(likeOf[0]!) };
}

const ofWords = 'FROM unnest(tsvector_to_array(p.search_words)) w WHERE';

/**
 * Names word by word, each under the first of its similar words. This way they come one after the
 * other, and reading can stop once there are enough.
 */
function namesOfWordsLike(like: string): string {
  return `(SELECT p.* FROM dual_id.name_words n CROSS JOIN LATERAL (
      SELECT * FROM dual_id.passports p
      WHERE p.search_words @@ quote_literal(n.word)::tsquery AND p.status <> 'deleted' OFFSET 0) p
    WHERE ${like} n.word AND n.id = (SELECT min(id) FROM dual_id.name_words WHERE word = (
      SELECT min(w COLLATE "C") ${ofWords} ${like} w))) p`;
}
