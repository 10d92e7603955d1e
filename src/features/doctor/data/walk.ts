import { quoteIdentifier } from '../../../core/schema/names.js';
import type { Query } from '../query.js';
import type { Facts, KeyColumn, Probe, RowSource } from './data-check.js';

/** A row that was wrong when it was looked at, and again after that. */
export interface WrongRow {
  readonly probe: Probe;
  readonly key: readonly string[];
  readonly facts: Facts;
  /** Whether it can be put right for certain. */
  readonly isRepairable: boolean;
}

/** Probes that read the same rows, with the statements that ask them. */
export interface Walk {
  readonly source: RowSource;
  readonly probes: readonly Probe[];
}

/** Puts probes together that read the same rows. */
export function walksOf(probes: readonly Probe[]): readonly Walk[] {
  const walks = new Map<string, Probe[]>();
  for (const probe of probes) {
    const { table, key, joins = '' } = probe.source;
    const name = [table, joins, ...key.map((column) => column.name)].join('|');
    walks.set(name, [...(walks.get(name) ?? []), probe]);
  }
  return [...walks.values()].map((group) => ({ source: group[0]!.source, probes: group }));
}

/**
 * Looks at every row, one range of keys after another, each range in one statement and so in one
 * moment. What seems wrong is looked at again in another moment before it is told.
 */
export async function* wrongRows(
  walk: Walk,
  read: Reader,
  rowsPerPage: number,
): AsyncGenerator<readonly WrongRow[]> {
  let after: readonly string[] | undefined = [];
  while (after) {
    const start: readonly string[] = after;
    const page = await read(async (query) => {
      const end = await endOfPage(walk.source, { query, after: start, rowsPerPage });
      const bounds = within(walk.source.key, start.length > 0, end !== undefined);
      const answers = await query<Answer>(question(walk, bounds), [...start, ...(end ?? [])]);
      return { end, suspects: rowsOf(walk, answers) };
    });
    if (page.suspects.length > 0) {
      const confirmed = await read((query) => lookAgain(walk, page.suspects, query));
      if (confirmed.length > 0) yield confirmed;
    }
    after = page.end;
  }
}

/** Runs work that only reads, in a short transaction of its own. */
export type Reader = <T>(work: (query: Query) => Promise<T>) => Promise<T>;

/** The condition for rows of a list of keys, given as one array of texts for each column. */
export function among(key: readonly KeyColumn[]): string {
  const lists = key.map(({ type }, at) => `unnest($${at + 1}::text[]::${type}[])`);
  return `(${columns(key)}) IN (SELECT ${lists.join(', ')})`;
}

/** The values for `among`. */
export function listsOf(keys: readonly (readonly string[])[]): readonly string[][] {
  return (keys[0] ?? []).map((_, at) => keys.map((key) => key[at]!));
}

/** The source and a condition: `FROM ... WHERE ...`. */
export function rowsWhere({ table, joins = '' }: RowSource, condition: string): string {
  return `FROM ${table} r ${joins} WHERE ${condition}`;
}

interface Answer {
  readonly key: readonly string[];
  readonly wrong: readonly boolean[];
  readonly safe: readonly boolean[];
  readonly facts: readonly (readonly (string | null)[])[];
}

function question({ source, probes }: Walk, condition: string): string {
  const texts = source.key.map(({ name }) => `r.${quoteIdentifier(name)}::text`);
  const flags = (sql: readonly string[]) =>
    `ARRAY[${sql.map((one) => `(${one}) IS TRUE`).join(', ')}]`;
  const wrong = probes.map((probe) => probe.wrong);
  const safe = probes.map((probe) => (probe.repair ? (probe.repair.when ?? 'true') : 'false'));
  const facts = probes.map((probe) => `json_build_array(${probe.facts.join(', ')})`);
  // Rows are few; their facts are worked out after they are found.
  return `SELECT ARRAY[${texts.join(', ')}] AS key, ${flags(wrong)} AS wrong,
    ${flags(safe)} AS safe, json_build_array(${facts.join(', ')}) AS facts
    ${rowsWhere(source, `${condition} AND (${wrong.map((sql) => `(${sql})`).join(' OR ')})`)}`;
}

function rowsOf({ probes }: Walk, answers: readonly Answer[]): readonly WrongRow[] {
  return answers.flatMap(({ key, wrong, safe, facts }) =>
    probes.flatMap((probe, at): WrongRow[] =>
      wrong[at] === true
        ? [
            {
              probe,
              key,
              facts: facts[at]!.map((fact) => fact ?? ''),
              isRepairable: safe[at] === true,
            },
          ]
        : [],
    ),
  );
}

async function lookAgain(
  walk: Walk,
  suspects: readonly WrongRow[],
  query: Query,
): Promise<readonly WrongRow[]> {
  const sql = question(walk, among(walk.source.key));
  const answers = await query<Answer>(sql, listsOf(suspects.map(({ key }) => key)));
  const known = new Set(suspects.map(identity));
  return rowsOf(walk, answers).filter((row) => known.has(identity(row)));
}

/** Facts may have moved on; the row and the question are the same. */
function identity({ probe, key }: WrongRow): string {
  return [probe.place, probe.wrong, ...key].join('|');
}

async function endOfPage(
  { table, key }: RowSource,
  { query, after, rowsPerPage }: { query: Query; after: readonly string[]; rowsPerPage: number },
): Promise<readonly string[] | undefined> {
  const texts = key.map(({ name }) => `r.${quoteIdentifier(name)}::text`);
  const [end] = await query<{ key: readonly string[] }>(
    `SELECT ARRAY[${texts.join(', ')}] AS key FROM ${table} r
     WHERE ${within(key, after.length > 0, false)}
     ORDER BY ${columns(key)} OFFSET ${rowsPerPage - 1} LIMIT 1`,
    after,
  );
  return end?.key;
}

function within(key: readonly KeyColumn[], hasStart: boolean, hasEnd: boolean): string {
  const bound = (first: number) =>
    key.map(({ type }, at) => `$${first + at}::text::${type}`).join(', ');
  const start = hasStart ? [`(${columns(key)}) > (${bound(1)})`] : [];
  const end = hasEnd ? [`(${columns(key)}) <= (${bound(hasStart ? key.length + 1 : 1)})`] : [];
  return [...start, ...end].join(' AND ') || 'true';
}

function columns(key: readonly KeyColumn[]): string {
  return key.map(({ name }) => `r.${quoteIdentifier(name)}`).join(', ');
}
