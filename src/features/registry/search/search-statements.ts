import { statement } from '../../../core/database/statement.js';
import { spelledKey } from '../../../core/column-types/key-text.js';
import { entryColumns } from '../entry.js';
import type { BindParameter, SearchCondition } from './condition.js';
import type { Search } from './conditions.js';
import { nameBegins, conditionsOf, exactly, takesBeginnings } from './conditions.js';
import { searchLimits } from './search-request.js';

/** A search statement with its values; it is planned again for each term. */
export interface SearchStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const livingStatuses = ['active', 'archived'] as const;
const { ranked, newest, counted } = searchLimits;

/** How many names the statistics expect; only planned, reads no rows. */
export function expectedMatches(search: Search): SearchStatement {
  const { values, bind } = binding();
  const parts = conditionsOf(search, bind).map((one) => selectMatches(search, bind, one));
  return { text: `EXPLAIN (FORMAT JSON) ${parts.join(' UNION ALL ')}`, values };
}

/**
 * A term as names are compared, its words, and the words of names that begin with each of them. For
 * the statements that follow, words are similar from half of their trigrams on. And since the
 * registry is mostly in memory, a page is priced below the default; otherwise time would be spent
 * on rows to save pages.
 */
export const termStatement = statement(
  `SELECT key, words, (SELECT coalesce(json_agg(ARRAY(
       SELECT DISTINCT n.word FROM dual_id.name_words n
       WHERE n.word >= one AND n.word < one || chr(1114111)
       LIMIT ${searchLimits.forms + 1}) ORDER BY place), '[]')
     FROM unnest(words) WITH ORDINALITY term (one, place)),
     set_config('pg_trgm.word_similarity_threshold', '0.5', true),
     set_config('random_page_cost', '0.1', true), set_config('seq_page_cost', '0.1', true),
     set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)
   FROM (SELECT key, tsvector_to_array(dual_id.search_words(key)) AS words
     FROM (SELECT dual_id.search_key($1) AS key) k) k`,
);

/**
 * A page of names that are expected to be few enough to count: all of them or, if there are more
 * than are ranked, the newest and the exact ones. They are sorted by time, oldest first, because
 * most are read in that order. It does not show more than are counted.
 */
export function countedStatement(search: Search): SearchStatement {
  const { values, bind } = binding();
  const conditions = conditionsOf(search, bind);
  const ctes = `found AS MATERIALIZED (SELECT * FROM (
      ${foundOf(search, bind, { conditions, counted })}) f ORDER BY created_at, id),
    counted AS MATERIALIZED (SELECT count(*) AS names,
      CASE WHEN count(*) > ${ranked} THEN count(*) - ${newest} ELSE 0 END AS older FROM found),
    candidates AS ((SELECT * FROM found OFFSET (SELECT older FROM counted)) UNION ALL
      SELECT * FROM (SELECT * FROM found LIMIT (SELECT older FROM counted)) f
      WHERE search_key = ${bind(search.term.key)})`;
  return { text: rankedPage(ctes, search, bind), values };
}

/** A page of very many names: the newest, read by time; if there are fewer, it shows all. */
export function newestStatement(search: Search): SearchStatement {
  const { values, bind } = binding();
  const conditions = conditionsOf(search, bind);
  const isBegun = takesBeginnings(search);
  const ctes = `${isBegun ? begun(search, bind) : ''}
    found AS MATERIALIZED (${foundOf(search, bind, { conditions, counted: ranked, isBegun })}),
    counted AS MATERIALIZED (SELECT ${countOfNames(isBegun)} AS names FROM found),
    newest AS MATERIALIZED (${newestOf(search, bind, conditions)}),
    candidates AS (SELECT * FROM found WHERE (SELECT names FROM counted) <= ${ranked}
      UNION ALL SELECT * FROM newest WHERE (SELECT names FROM counted) > ${ranked})`;
  return { text: rankedPage(ctes, search, bind), values };
}

function selectMatches(search: Search, bind: BindParameter, condition: SearchCondition): string {
  const { sql, isSimilar, among = 'dual_id.passports p' } = condition;
  return `SELECT p.id, p.created_at, p.search_key, ${isSimilar} AS is_similar
    FROM ${among} WHERE ${sql}${ofType(search, bind)}`;
}

function ofType({ type }: Search, bind: BindParameter): string {
  return type === undefined ? '' : ` AND p.platform_type_id = ${bind(type)}`;
}

function binding(): { values: unknown[]; bind: BindParameter } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Whether too many names already begin with the term: an index alone can determine that. */
function begun(search: Search, bind: BindParameter): string {
  const names = selectMatches(search, bind, nameBegins(search.term, bind));
  return `begun AS MATERIALIZED (SELECT count(*) > ${ranked} AS many
    FROM (SELECT FROM (${names}) b LIMIT ${ranked + 1}) b),`;
}

interface SearchStage {
  readonly conditions: readonly SearchCondition[];
  readonly counted: number;
  /** Skips the search if too many names begin with the term. */
  readonly isBegun?: boolean;
}

function foundOf(search: Search, bind: BindParameter, finding: SearchStage): string {
  const { conditions, isBegun = false } = finding;
  const unless = isBegun ? ' AND NOT (SELECT many FROM begun)' : '';
  const parts = conditions.map(
    (one) => `${selectMatches(search, bind, one)}${unless} LIMIT ${finding.counted + 1}`,
  );
  return united(parts);
}

function countOfNames(isBegun: boolean): string {
  if (!isBegun) return 'count(*)';
  return `CASE WHEN (SELECT many FROM begun) THEN ${ranked + 1} ELSE count(*) END`;
}

/** A name found by several conditions is one candidate. */
function united(parts: readonly string[]): string {
  if (parts.length === 1) return parts[0]!;
  return `SELECT id, created_at, search_key, bool_and(is_similar) AS is_similar
    FROM (${parts.map((part) => `(${part})`).join(' UNION ALL ')}) part
    GROUP BY id, created_at, search_key`;
}

/** Of very many names, the exact ones and the newest of the others. */
function newestOf(
  search: Search,
  bind: BindParameter,
  conditions: readonly SearchCondition[],
): string {
  const exact = livingStatuses.map((status) =>
    inOrder(search, bind, withStatus(exactly(search.term, bind), status)),
  );
  const others = united(
    conditions.flatMap((one) =>
      livingStatuses.map((status) => `(${inOrder(search, bind, withStatus(one, status))})`),
    ),
  );
  return united([
    ...exact,
    `SELECT * FROM (${others}) other ORDER BY created_at DESC, id DESC LIMIT ${newest}`,
  ]);
}

function inOrder(search: Search, bind: BindParameter, condition: SearchCondition): string {
  const order = `ORDER BY p.created_at DESC, p.id DESC LIMIT ${newest}`;
  return `${selectMatches(search, bind, condition)} ${order}`;
}

function withStatus(
  { sql, isSimilar }: SearchCondition,
  status: (typeof livingStatuses)[number],
): SearchCondition {
  return { sql: `${sql} AND p.status = '${status}'`, isSimilar };
}

/**
 * One page of candidates, or one row without a name; each with the number of names. The rank is a
 * class and a fraction: 0 is exact, 1 a beginning and 2 words, plus the share of the name that the
 * term leaves open; from 3 on, the trigram distance.
 */
function rankedPage(ctes: string, search: Search, bind: BindParameter): string {
  return `WITH ${ctes},
    ranked AS (SELECT id, created_at, ${rankOf(search, bind)} AS rank FROM candidates),
    shown AS (SELECT * FROM ranked f ${laterThan(search, bind)}
      ORDER BY f.rank, f.created_at DESC, f.id DESC LIMIT ${bind(search.limit + 1)})
    SELECT ${entryColumns}, s.rank::text, ${spelledKey('s.created_at', 'timestamp with time zone')}, s.id, c.names
    FROM counted c LEFT JOIN (shown s JOIN dual_id.passports p ON p.id = s.id) ON true
    ORDER BY s.rank, s.created_at DESC, s.id DESC`;
}

function rankOf({ term, trigrams }: Search, bind: BindParameter): string {
  const key = `${bind(term.key)}::text`;
  const open = `(1 - least(char_length(${key})::float8 / (char_length(search_key) + 1), 0.99))`;
  return `CASE WHEN search_key = ${key} THEN 0
    WHEN search_key ^@ ${key} THEN 1 + ${open}
    WHEN is_similar THEN 4 - ${trigrams}.similarity(search_key, ${key})
    ELSE 2 + ${open} END`;
}

function laterThan({ after }: Search, bind: BindParameter): string {
  if (!after) return '';
  const rank = `${bind(after.rank)}::float8`;
  const time = `(${bind(after.createdAt)}::timestamptz, ${bind(after.id)}::bigint)`;
  return `WHERE f.rank > ${rank} OR (f.rank = ${rank} AND (f.created_at, f.id) < ${time})`;
}
