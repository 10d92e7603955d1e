import { entryColumns } from '../entry.js';
import { searchLimits } from './search-request.js';
import type { Match, Term } from './search-request.js';

/** A statement of a search with its values; it is planned anew for each term. */
export interface SearchStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

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

type Bind = (value: unknown) => string;

const living = ['active', 'archived'] as const;

/** What a search asks for: conditions on names, each bound to the values of a statement. */
export type Conditions = (search: Search, bind: Bind) => readonly Condition[];

/** Names that match the term. */
export const matching: Conditions = (search, bind) => conditionsOf(search, bind).map(plain);

/** Names with words like those of the term, and the few that match it by themselves. */
export const similar: Conditions = (search, bind) => [
  ...matching(search, bind),
  { sql: resembles(search, bind), isSimilar: true },
];

/** Names with any of these forms of the words, which is much cheaper to ask than likeness. */
export function withForms(forms: string): Conditions {
  return (search, bind) => [
    ...matching(search, bind),
    { sql: `p.search_words @@ ${bind(forms)}::tsquery AND p.status <> 'deleted'`, isSimilar: true },
  ];
}

/** How many names the statistics expect; it plans, and reads nothing. */
export function expectation(search: Search, conditionsFor: Conditions): SearchStatement {
  const { values, bind } = binding();
  const parts = conditionsFor(search, bind).map((one) => select(search, bind, one));
  return { text: `EXPLAIN (FORMAT JSON) ${parts.join(' UNION ALL ')}`, values };
}

/**
 * How many names have words like those of the term, up to one more than are compared, and for
 * each word of the term the words like it in these names.
 */
export function wordsLike(search: Search): SearchStatement {
  const { values, bind } = binding();
  const { trigrams, term } = search;
  const sample = `SELECT tsvector_to_array(p.search_words) AS words
    FROM dual_id.passports p WHERE ${resembles(search, bind)}${ofType(search, bind)}`;
  const text = `WITH found AS MATERIALIZED (${sample} LIMIT ${searchLimits.compared + 1})
    SELECT (SELECT count(*) FROM found), like_it.words
    FROM unnest(${bind(longWords(term))}::text[]) AS asked (word) CROSS JOIN LATERAL (
      SELECT array_agg(w.word) AS words FROM (SELECT DISTINCT unnest(words) FROM found) w (word)
      WHERE ${trigrams}.similarity(w.word, asked.word) >= 0.3) like_it`;
  return { text, values };
}

/** Words of which trigrams can tell anything. */
export function longWords({ words }: Term): readonly string[] {
  return words.filter((word) => word.length >= 3);
}

/** A text query that asks for all of these words, each of them in any of its forms. */
export function wordQuery(forms: readonly (readonly string[])[], isPrefix: boolean): string {
  return forms
    .map((words) => {
      const lexemes = words.map((word) => `'${word}'${isPrefix && word.length >= 3 ? ':*' : ''}`);
      return `(${lexemes.join(' | ')})`;
    })
    .join(' & ');
}

function conditionsOf({ term, match }: Search, bind: Bind): string[] {
  const { key, words } = term;
  if (match === 'exact') return [`p.search_key = ${bind(key)} AND ${alive}`];
  const query = wordQuery(
    words.map((word) => [word]),
    true,
  );
  return [
    ...(match === 'words' ? [] : [`p.search_key LIKE ${bind(`${escape(key)}%`)} AND ${alive}`]),
    ...(match === 'prefix' || words.length === 0
      ? []
      : [`p.search_words @@ ${bind(query)}::tsquery AND p.status <> 'deleted'`]),
  ];
}

const alive = `p.status IN ('active', 'archived')`;

function resembles({ term, trigrams }: Search, bind: Bind): string {
  const words = longWords(term).map(
    (word) => `${bind(word)} OPERATOR(${trigrams}.<%) p.search_key`,
  );
  return `${words.join(' AND ')} AND p.status <> 'deleted'`;
}

/** A condition of candidates, and whether they are only like the term. */
interface Condition {
  readonly sql: string;
  readonly isSimilar: boolean;
}

function plain(sql: string): Condition {
  return { sql, isSimilar: false };
}

function select(search: Search, bind: Bind, { sql, isSimilar }: Condition): string {
  return `SELECT p.id, p.created_at, p.search_key, ${isSimilar} AS is_similar
    FROM dual_id.passports p WHERE ${sql}${ofType(search, bind)}`;
}

function ofType({ type }: Search, bind: Bind): string {
  return type === undefined ? '' : ` AND p.platform_type_id = ${bind(type)}`;
}

function binding(): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** A name that several conditions find is one candidate. */
function united(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0]!;
  return `SELECT id, created_at, search_key, bool_and(is_similar) AS is_similar
    FROM (${parts.map((part) => `(${part})`).join(' UNION ALL ')}) part
    GROUP BY id, created_at, search_key`;
}

/** Of very many names, the exact ones and the newest of the others. */
function newestOf(search: Search, bind: Bind, conditions: readonly Condition[]): string {
  const exact = plain(`p.search_key = ${bind(search.term.key)}`);
  const newest = `ORDER BY p.created_at DESC, p.id DESC LIMIT ${searchLimits.newest}`;
  const parts = [exact, ...conditions].flatMap(({ sql, isSimilar }) =>
    living.map((status) => {
      const own = { sql: `${sql} AND p.status = '${status}'`, isSimilar };
      return `${select(search, bind, own)} ${newest}`;
    }),
  );
  return united(parts);
}

/**
 * A page of all names or, of very many, of the newest. Which of them is decided as names are
 * counted: up to a limit all are at hand then, beyond it the newest are read by time.
 */
export function pageStatement(search: Search, conditionsFor: Conditions): SearchStatement {
  const { values, bind } = binding();
  const conditions = conditionsFor(search, bind);
  const { ranked, counted, newest } = searchLimits;
  const parts = conditions.map((one) => `${select(search, bind, one)} LIMIT ${counted + 1}`);
  const key = bind(search.term.key);
  const isBetween = `(SELECT names BETWEEN ${ranked + 1} AND ${counted} FROM counted)`;
  const ctes = `found AS MATERIALIZED (${united(parts)}),
    counted AS MATERIALIZED (SELECT count(*) AS names FROM found),
    newest AS MATERIALIZED (${newestOf(search, bind, conditions)}),
    candidates AS (
      SELECT * FROM found WHERE (SELECT names FROM counted) <= ${ranked}
      UNION ALL SELECT * FROM found WHERE ${isBetween} AND search_key = ${key}
      UNION ALL (SELECT * FROM found WHERE ${isBetween} AND search_key <> ${key}
        ORDER BY created_at DESC, id DESC LIMIT ${newest})
      UNION ALL SELECT * FROM newest WHERE (SELECT names FROM counted) > ${counted}),`;
  return { text: page(ctes, '(SELECT names FROM counted)', { search, bind }), values };
}

/** A page of the newest names, where the statistics expect very many. */
export function newestStatement(search: Search, conditionsFor: Conditions): SearchStatement {
  const { values, bind } = binding();
  const newest = newestOf(search, bind, conditionsFor(search, bind));
  const ctes = `candidates AS (${newest}),`;
  return { text: page(ctes, `${searchLimits.counted + 1}`, { search, bind }), values };
}

/**
 * One page of candidates. The rank is a class and a fraction: 0 is exact, 1 a beginning and 2
 * words, with the share of the name that the term leaves open; from 3 on, the trigram distance.
 */
function page(ctes: string, names: string, made: { search: Search; bind: Bind }): string {
  const { search, bind } = made;
  return `WITH ${ctes}
    ranked AS (SELECT id, created_at, ${rankOf(search, bind)} AS rank FROM candidates),
    shown AS (SELECT * FROM ranked f ${laterThan(search, bind)}
      ORDER BY f.rank, f.created_at DESC, f.id DESC LIMIT ${bind(search.limit + 1)})
    SELECT ${entryColumns}, s.rank::text, s.created_at::text, s.id, ${names}
    FROM shown s JOIN dual_id.passports p ON p.id = s.id
    ORDER BY s.rank, s.created_at DESC, s.id DESC`;
}

function rankOf({ term, trigrams }: Search, bind: Bind): string {
  const key = `${bind(term.key)}::text`;
  const open = `(1 - least(char_length(${key})::float8 / (char_length(search_key) + 1), 0.99))`;
  return `CASE WHEN search_key = ${key} THEN 0
    WHEN search_key LIKE ${bind(`${escape(term.key)}%`)} THEN 1 + ${open}
    WHEN is_similar THEN 4 - ${trigrams}.similarity(search_key, ${key})
    ELSE 2 + ${open} END`;
}

function laterThan({ after }: Search, bind: Bind): string {
  if (!after) return '';
  const rank = `${bind(after.rank)}::float8`;
  const newest = `(${bind(after.createdAt)}::timestamptz, ${bind(after.id)}::bigint)`;
  return `WHERE f.rank > ${rank} OR (f.rank = ${rank} AND (f.created_at, f.id) < ${newest})`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
