import type { Match, Term } from './search-request.js';

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

/** What a search asks for: conditions on names, each bound to the values of a statement. */
export type Conditions = (search: Search, bind: Bind) => readonly Condition[];

/**
 * Names that match the term. Those that begin with it have its words, unless one is too short to
 * be taken for the beginning of a word.
 */
export const matching: Conditions = ({ term, match }, bind) => {
  if (match === 'exact') return [exactly(term, bind)];
  const isCovered = match === 'words' || (match === undefined && haveTheWords(term));
  const query = wordQuery(
    term.words.map((word) => [word]),
    true,
  );
  return [
    ...(isCovered ? [] : [beginning(term, bind)]),
    ...(match === 'prefix' || term.words.length === 0
      ? []
      : [plain(`p.search_words @@ ${bind(query)}::tsquery AND p.status <> 'deleted'`)]),
  ];
};

/** Names with words like those of the term, and the few that match it by themselves. */
export const similar: Conditions = (search, bind) => [
  ...matching(search, bind),
  { sql: `${resembles(search, bind)} AND p.status <> 'deleted'`, isSimilar: true },
];

/** Names with any of these forms of the words, which is much cheaper to ask than likeness. */
export function withForms(forms: Forms): Conditions {
  return (_search, bind) => [
    plain(`p.search_words @@ ${bind(wordQuery(forms, false))}::tsquery AND p.status <> 'deleted'`),
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

/** A text query that asks for all of these words, each of them in any of its forms. */
function wordQuery(forms: Forms, isPrefix: boolean): string {
  return forms
    .map((words) => {
      const lexemes = words.map(
        (word) => `'${word}'${isPrefix && word.length >= shortest ? ':*' : ''}`,
      );
      return `(${lexemes.join(' | ')})`;
    })
    .join(' & ');
}

function resembles({ term, trigrams }: Search, bind: Bind): string {
  const words = longWords(term).map(
    (word) => `${bind(word)} OPERATOR(${trigrams}.<%) p.search_key`,
  );
  return words.join(' AND ');
}

function plain(sql: string): Condition {
  return { sql, isSimilar: false };
}
