import type { RunQuery } from '../query.js';
import type { KeyColumn, RowSource } from './row-source.js';
import type { Probe } from './data-check.js';
import type { Question, Sifted, Suspect, WrongRow } from './question.js';
import { keyColumns, keyTexts, lookAgain, sifting, suspectsOf } from './question.js';

/** Questions about the same rows, asked one after the other while the rows are cached. */
export interface Walk {
  readonly source: RowSource;
  readonly questions: readonly Question[];
}

/** How much one statement reads, and how much it returns. */
export interface PageLimits {
  readonly rowsPerPage: number;
  /**
   * The maximum number of suspects of one question; if there are more, pages shrink to that many
   * rows.
   */
  readonly maxSuspects: number;
}

/** Runs read-only work in a short transaction of its own. */
export type Reader = <T>(work: (query: RunQuery) => Promise<T>) => Promise<T>;

/**
 * Groups probes that read the same rows, and combines those with the same joins into one question.
 */
export function walksOf(probes: readonly Probe[]): readonly Walk[] {
  const groups = groupsOf(probes, ({ source: { table, only = '', key, maxRows } }) =>
    [table, only, maxRows, ...key.map((column) => column.name)].join('|'),
  );
  return groups.map((group) => ({
    source: group[0]!.source,
    questions: groupsOf(group, ({ source, wrong }) => source.joins || wrong).map((together) => ({
      source: together[0]!.source,
      probes: together,
    })),
  }));
}

/**
 * Checks every row, one range of keys after another, each question about a range in one statement
 * and so in one snapshot. What seems wrong is checked again in another snapshot before it is
 * reported.
 */
export async function* wrongRows(
  walk: Walk,
  read: Reader,
  { rowsPerPage: rowsAsked, maxSuspects: mostSuspects }: PageLimits,
): AsyncGenerator<readonly WrongRow[]> {
  const rowsPerPage = Math.min(rowsAsked, walk.source.maxRows ?? rowsAsked);
  let rows = rowsPerPage;
  let after: readonly string[] | undefined = [];
  while (after) {
    const range: PageRange = { after, rows, max: rows > mostSuspects ? mostSuspects : undefined };
    const page = await read((query) => siftPage(walk, range, query));
    if (page === 'too many') {
      rows = mostSuspects;
      continue;
    }
    const found = page.suspects.flatMap((suspects) => suspects);
    if (found.length > 0) {
      const confirmed = await read((query) => confirm(walk, page.suspects, query));
      if (confirmed.length > 0) yield confirmed;
    }
    if (found.length < mostSuspects / 4) rows = Math.min(2 * rows, rowsPerPage);
    after = page.end;
  }
}

interface PageRange {
  readonly after: readonly string[];
  readonly rows: number;
  /** The maximum number of suspects of one question, if it is limited. */
  readonly max: number | undefined;
}

interface SiftedPage {
  /** The key of the last row, unless the page is the last one. */
  readonly end: readonly string[] | undefined;
  /** For each question. */
  readonly suspects: readonly (readonly Suspect[])[];
}

async function siftPage(
  { source, questions }: Walk,
  { after, rows, max }: PageRange,
  query: RunQuery,
): Promise<SiftedPage | 'too many'> {
  const end = await endOfPage(source, { query, after, rows });
  const bounds = withinRange(source.key, after.length > 0, end !== undefined);
  const suspects = [];
  for (const question of questions) {
    const sql = sifting(question, bounds, max);
    const answers = await query<Sifted>(sql, [...after, ...(end ?? [])]);
    if (max !== undefined && answers.length > max) return 'too many';
    suspects.push(suspectsOf(question, answers));
  }
  return { end, suspects };
}

async function confirm(
  { questions }: Walk,
  suspects: SiftedPage['suspects'],
  query: RunQuery,
): Promise<readonly WrongRow[]> {
  const confirmed = [];
  for (const [at, question] of questions.entries()) {
    if (suspects[at]!.length === 0) continue;
    confirmed.push(...(await lookAgain(question, suspects[at]!, query)));
  }
  return confirmed;
}

async function endOfPage(
  { table, key, only = 'true' }: RowSource,
  { query, after, rows }: { query: RunQuery; after: readonly string[]; rows: number },
): Promise<readonly string[] | undefined> {
  // Only the last key is converted to text.
  const [end] = await query<{ key: readonly string[] }>(
    `SELECT ${keyTexts(key)} AS key FROM (SELECT ${keyColumns(key)} FROM ${table} r
       WHERE ${only} AND ${withinRange(key, after.length > 0, false)}
       ORDER BY ${keyColumns(key)} OFFSET ${rows - 1} LIMIT 1) r`,
    after,
  );
  return end?.key;
}

function withinRange(key: readonly KeyColumn[], hasStart: boolean, hasEnd: boolean): string {
  const bound = (first: number) =>
    key.map(({ type }, at) => `$${first + at}::text::${type}`).join(', ');
  const start = hasStart ? [`(${keyColumns(key)}) > (${bound(1)})`] : [];
  const end = hasEnd ? [`(${keyColumns(key)}) <= (${bound(hasStart ? key.length + 1 : 1)})`] : [];
  return [...start, ...end].join(' AND ') || 'true';
}

function groupsOf<T>(all: readonly T[], nameOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const name = nameOf(one);
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()];
}
