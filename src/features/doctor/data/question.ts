import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type { RunQuery } from '../query.js';
import type { Facts, Probe } from './data-check.js';
import type { KeyColumn, RowSource } from './row-source.js';

/** Probes that run in one statement, because they read the same joined rows. */
export interface Question {
  readonly source: RowSource;
  readonly probes: readonly Probe[];
}

/** A row that seemed wrong to a probe at first sight. */
export interface Suspect {
  readonly probe: Probe;
  readonly key: readonly string[];
}

/** A row that was wrong twice, at two points in time. */
export interface WrongRow extends Suspect {
  readonly facts: Facts;
  /** Whether it can certainly be fixed. */
  readonly isRepairable: boolean;
}

/** The source and a condition: `FROM ... WHERE ...`. */
export function rowsWhere(
  { table, joins = '', only = 'true' }: RowSource,
  condition: string,
): string {
  return `FROM ${table} r ${joins} WHERE ${only} AND ${condition}`;
}

/** The columns of a key as texts, an SQL array. */
export function keyTexts(key: readonly KeyColumn[]): string {
  return `ARRAY[${key.map(({ name }) => `r.${quoteIdentifier(name)}::text`).join(', ')}]`;
}

/** The columns of a key, for a list. */
export function keyColumns(key: readonly KeyColumn[]): string {
  return key.map(({ name }) => `r.${quoteIdentifier(name)}`).join(', ');
}

/** The condition for rows of a list of keys, given as one array of texts for each column. */
export function among(key: readonly KeyColumn[]): string {
  const lists = key.map(({ type }, at) => `unnest($${at + 1}::text[]::${type}[])`);
  return `(${keyColumns(key)}) IN (SELECT ${lists.join(', ')})`;
}

/** The values for `among`. */
export function columnsOfKeys(keys: readonly (readonly string[])[]): readonly string[][] {
  return (keys[0] ?? []).map((_, at) => keys.map((key) => key[at]!));
}

/** A row that is wrong for some probe of a question, and for which of them. */
export interface Sifted {
  readonly key: readonly string[];
  readonly wrong: readonly boolean[];
}

/**
 * The statement that returns the wrong rows of a range; with `most`, up to one more, to show that
 * there are more. The limit is outside, where it cannot lead the planner to look row by row for the
 * first few.
 */
export function sifting({ source, probes }: Question, condition: string, max?: number): string {
  const [first, ...others] = probes.map(({ wrong }) => `(${wrong})`);
  const isWrong = others.length === 0 ? first! : `(${[first, ...others].join(' OR ')})`;
  const which = others.length === 0 ? 'ARRAY[true]' : flags([first!, ...others]);
  return `WITH suspects AS MATERIALIZED (
      SELECT ${keyTexts(source.key)} AS key, ${which} AS wrong
      ${rowsWhere(source, `${condition} AND ${isWrong}`)})
    SELECT key, wrong FROM suspects LIMIT ${max === undefined ? 'ALL' : max + 1}`;
}

/** The rows in a result of `sifting`, for each probe. */
export function suspectsOf<A extends Sifted>(
  { probes }: Question,
  answers: readonly A[],
): readonly (Suspect & { readonly answer: A; readonly at: number })[] {
  return answers.flatMap((answer) =>
    probes.flatMap((probe, at) =>
      answer.wrong[at] === true ? [{ probe, key: answer.key, answer, at }] : [],
    ),
  );
}

/** Checks suspects again, most of which are wrong, this time with everything a finding needs. */
export async function lookAgain(
  question: Question,
  suspects: readonly Suspect[],
  query: RunQuery,
): Promise<readonly WrongRow[]> {
  const answers = await query<AnsweredQuestion>(
    telling(question),
    columnsOfKeys(suspects.map(({ key }) => key)),
  );
  const known = new Set(suspects.map(suspectKey));
  return suspectsOf(question, answers)
    .filter((row) => known.has(suspectKey(row)))
    .map(({ probe, key, answer, at }) => ({
      probe,
      key,
      facts: answer.facts[at]!.map((fact) => fact ?? ''),
      isRepairable: answer.safe[at] === true,
    }));
}

interface AnsweredQuestion extends Sifted {
  readonly safe: readonly boolean[];
  readonly facts: readonly (readonly (string | null)[])[];
}

function telling({ source, probes }: Question): string {
  const wrong = probes.map((probe) => probe.wrong);
  const safe = probes.map((probe) => (probe.repair ? (probe.repair.when ?? 'true') : 'false'));
  const facts = probes.map((probe) => `json_build_array(${probe.facts.join(', ')})`);
  return `SELECT ${keyTexts(source.key)} AS key, ${flags(wrong)} AS wrong, ${flags(safe)} AS safe,
      json_build_array(${facts.join(', ')}) AS facts
    ${rowsWhere(source, `${among(source.key)} AND (${wrong.map((sql) => `(${sql})`).join(' OR ')})`)}
    ORDER BY ${keyColumns(source.key)}`;
}

function flags(conditions: readonly string[]): string {
  return `ARRAY[${conditions.map((one) => `(${one}) IS TRUE`).join(', ')}]`;
}

/** The facts may have changed since; the row and the question are the same. */
function suspectKey({ probe, key }: Suspect): string {
  return [probe.place, probe.wrong, ...key].join('|');
}
