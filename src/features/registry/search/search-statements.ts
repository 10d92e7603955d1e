import { statement } from '../../../core/database/statement.js';
import { spelledKey } from '../../../core/page/type-name.js';
import { entryColumns } from '../entry.js';
import type { Bind, Condition } from './condition.js';
import type { Search } from './conditions.js';
import { beginning, conditionsOf, exactly, takesBeginnings } from './conditions.js';
import { searchLimits } from './search-request.js';

/** A statement of a search with its values; it is planned again for each term. */
export interface SearchStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

const living = ['active', 'archived'] as const;
const { ranked, newest, counted } = searchLimits;

/** How many names the statistics expect; it plans, and reads nothing. */
export function expectation(search: Search): SearchStatement {
  const { values, bind } = binding();
  const parts = conditionsOf(search, bind).map((one) => select(search, bind, one));
  return { text: `EXPLAIN (FORMAT JSON) ${parts.join(' UNION ALL ')}`, values };
}

/**
 * A term as names are compared, its words, and the words of names that begin with each. For the
 * statements to come, words are alike from half of their trigrams on; and as the registry is in
 * memory more than not, a page costs less than usual, or time is spent on rows to spare pages.
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
 * A page of names that are expected to be few enough to be counted: all of them or, where there are
 * more than are ranked, the newest and the exact ones. They are put in the order of time from the
 * oldest on, because most are read in it. More than are counted it does not show.
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
  return { text: page(ctes, search, bind), values };
}

/** A page of very many names: of the newest, which are read by time; of fewer it shows all. */
export function newestStatement(search: Search): SearchStatement {
  const { values, bind } = binding();
  const conditions = conditionsOf(search, bind);
  const isBegun = takesBeginnings(search);
  const ctes = `${isBegun ? begun(search, bind) : ''}
    found AS MATERIALIZED (${foundOf(search, bind, { conditions, counted: ranked, isBegun })}),
    counted AS MATERIALIZED (SELECT ${namesOf(isBegun)} AS names FROM found),
    newest AS MATERIALIZED (${newestOf(search, bind, conditions)}),
    candidates AS (SELECT * FROM found WHERE (SELECT names FROM counted) <= ${ranked}
      UNION ALL SELECT * FROM newest WHERE (SELECT names FROM counted) > ${ranked})`;
  return { text: page(ctes, search, bind), values };
}

function select(search: Search, bind: Bind, condition: Condition): string {
  const { sql, isSimilar, among = 'dual_id.passports p' } = condition;
  return `SELECT p.id, p.created_at, p.search_key, ${isSimilar} AS is_similar
    FROM ${among} WHERE ${sql}${ofType(search, bind)}`;
}

function ofType({ type }: Search, bind: Bind): string {
  return type === undefined ? '' : ` AND p.platform_type_id = ${bind(type)}`;
}

function binding(): { values: unknown[]; bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Whether the names that begin with the term are too many already: an index alone tells. */
function begun(search: Search, bind: Bind): string {
  const names = select(search, bind, beginning(search.term, bind));
  return `begun AS MATERIALIZED (SELECT count(*) > ${ranked} AS many
    FROM (SELECT FROM (${names}) b LIMIT ${ranked + 1}) b),`;
}

interface Finding {
  readonly conditions: readonly Condition[];
  readonly counted: number;
  /** Nothing has to be found where names that begin with the term are too many. */
  readonly isBegun?: boolean;
}

function foundOf(search: Search, bind: Bind, finding: Finding): string {
  const { conditions, isBegun = false } = finding;
  const unless = isBegun ? ' AND NOT (SELECT many FROM begun)' : '';
  const parts = conditions.map(
    (one) => `${select(search, bind, one)}${unless} LIMIT ${finding.counted + 1}`,
  );
  return united(parts);
}

function namesOf(isBegun: boolean): string {
  if (!isBegun) return 'count(*)';
  return `CASE WHEN (SELECT many FROM begun) THEN ${ranked + 1} ELSE count(*) END`;
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
  const exact = living.map((status) =>
    inOrder(search, bind, own(exactly(search.term, bind), status)),
  );
  const others = united(
    conditions.flatMap((one) =>
      living.map((status) => `(${inOrder(search, bind, own(one, status))})`),
    ),
  );
  return united([
    ...exact,
    `SELECT * FROM (${others}) other ORDER BY created_at DESC, id DESC LIMIT ${newest}`,
  ]);
}

function inOrder(search: Search, bind: Bind, condition: Condition): string {
  const order = `ORDER BY p.created_at DESC, p.id DESC LIMIT ${newest}`;
  return `${select(search, bind, condition)} ${order}`;
}

function own({ sql, isSimilar }: Condition, status: (typeof living)[number]): Condition {
  return { sql: `${sql} AND p.status = '${status}'`, isSimilar };
}

/**
 * One page of candidates, or one row without a name; each with the number of names. The rank is a
 * class and a fraction: 0 is exact, 1 a beginning and 2 words, with the share of the name that the
 * term leaves open; from 3 on, the trigram distance.
 */
function page(ctes: string, search: Search, bind: Bind): string {
  return `WITH ${ctes},
    ranked AS (SELECT id, created_at, ${rankOf(search, bind)} AS rank FROM candidates),
    shown AS (SELECT * FROM ranked f ${laterThan(search, bind)}
      ORDER BY f.rank, f.created_at DESC, f.id DESC LIMIT ${bind(search.limit + 1)})
    SELECT ${entryColumns}, s.rank::text, ${spelledKey('s.created_at', 'timestamptz')}, s.id, c.names
    FROM counted c LEFT JOIN (shown s JOIN dual_id.passports p ON p.id = s.id) ON true
    ORDER BY s.rank, s.created_at DESC, s.id DESC`;
}

function rankOf({ term, trigrams }: Search, bind: Bind): string {
  const key = `${bind(term.key)}::text`;
  const open = `(1 - least(char_length(${key})::float8 / (char_length(search_key) + 1), 0.99))`;
  return `CASE WHEN search_key = ${key} THEN 0
    WHEN search_key ^@ ${key} THEN 1 + ${open}
    WHEN is_similar THEN 4 - ${trigrams}.similarity(search_key, ${key})
    ELSE 2 + ${open} END`;
}

function laterThan({ after }: Search, bind: Bind): string {
  if (!after) return '';
  const rank = `${bind(after.rank)}::float8`;
  const time = `(${bind(after.createdAt)}::timestamptz, ${bind(after.id)}::bigint)`;
  return `WHERE f.rank > ${rank} OR (f.rank = ${rank} AND (f.created_at, f.id) < ${time})`;
}
