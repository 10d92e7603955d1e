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

/** All names that match, up to one more than are ranked, the best of them on the page. */
export function rankedStatement(search: Search): SearchStatement {
  return paging(search, (bind) => upToMost(search, bind, conditionsOf(search, bind)));
}

/** The exact matches and the newest others of a term that very many names match. */
export function newestStatement(search: Search, forms?: string): SearchStatement {
  return paging(search, (bind) => {
    const exact = `p.search_key = ${bind(search.term.key)}`;
    const others =
      forms === undefined
        ? conditionsOf(search, bind)
        : [`p.search_words @@ ${bind(forms)}::tsquery`];
    const newest = `ORDER BY p.created_at DESC, p.id DESC LIMIT ${searchLimits.newest}`;
    return [exact, ...others].flatMap((condition, index) =>
      living.map((status) => {
        const isSimilar = forms !== undefined && index > 0;
        const own = `${condition} AND p.status = '${status}'`;
        return `${select(search, bind, own, isSimilar)} ${newest}`;
      }),
    );
  });
}

/** Names with words like those of the term, and the few that match it by themselves. */
export function similarStatement(search: Search): SearchStatement {
  return paging(search, (bind) => [
    ...upToMost(search, bind, conditionsOf(search, bind)),
    ...upToMost(search, bind, [resembles(search, bind)], true),
  ]);
}

/** For each word of the term, words like it, taken from a sample of the names that have some. */
export function wordsLike(search: Search): SearchStatement {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const { trigrams, term } = search;
  const sample = `${select(search, bind, resembles(search, bind))} LIMIT ${searchLimits.newest}`;
  const wanted = `unnest(${bind(longWords(term))}::text[]) AS asked (word)`;
  const text = `SELECT asked.word, array_agg(DISTINCT found.word) FROM (${sample}) p
    CROSS JOIN unnest(tsvector_to_array(
      (SELECT search_words FROM dual_id.passports WHERE id = p.id))) AS found (word)
    JOIN ${wanted} ON ${trigrams}.similarity(found.word, asked.word) >= 0.4
    GROUP BY asked.word`;
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

function upToMost(search: Search, bind: Bind, conditions: string[], isSimilar = false): string[] {
  const most = searchLimits.ranked + 1;
  return conditions.map(
    (condition) => `${select(search, bind, condition, isSimilar)} LIMIT ${most}`,
  );
}

function select({ type }: Search, bind: Bind, condition: string, isSimilar = false): string {
  const ofType = type === undefined ? '' : ` AND p.platform_type_id = ${bind(type)}`;
  return `SELECT p.id, p.created_at, p.search_key, ${isSimilar} AS is_similar
    FROM dual_id.passports p WHERE ${condition}${ofType}`;
}

/**
 * One page of candidates. The rank is a class and a fraction: 0 is exact, 1 a beginning and 2
 * words, with the share of the name that the term leaves open; from 3 on, the trigram distance.
 */
function paging(search: Search, candidates: (bind: Bind) => string[]): SearchStatement {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const parts = candidates(bind).map((part) => `(${part})`);
  const text = `WITH found AS MATERIALIZED (
      SELECT id, created_at, search_key, bool_and(is_similar) AS is_similar
      FROM (${parts.join(' UNION ALL ')}) part GROUP BY id, created_at, search_key),
    ranked AS MATERIALIZED (
      SELECT id, created_at, ${rankOf(search, bind)} AS rank FROM found),
    shown AS (SELECT * FROM ranked f ${laterThan(search, bind)}
      ORDER BY f.rank, f.created_at DESC, f.id DESC LIMIT ${bind(search.limit + 1)})
    SELECT ${entryColumns}, s.rank::text, s.created_at::text, s.id, (SELECT count(*) FROM found)
    FROM shown s JOIN dual_id.passports p ON p.id = s.id
    ORDER BY s.rank, s.created_at DESC, s.id DESC`;
  return { text, values };
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
