import { quoteIdentifier } from '../../../core/schema/names.js';
import type { Query } from '../query.js';
import type { Facts, KeyColumn, Probe, RowSource } from './data-check.js';

/** Probes that are asked in one statement, for what they read beside a row is the same. */
export interface Question {
  readonly source: RowSource;
  readonly probes: readonly Probe[];
}

/** A row that seemed wrong to a probe when it was looked at. */
export interface Suspect {
  readonly probe: Probe;
  readonly key: readonly string[];
}

/** A row that was wrong when it was looked at, and again after that. */
export interface WrongRow extends Suspect {
  readonly facts: Facts;
  /** Whether it can be put right for certain. */
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
export function listsOf(keys: readonly (readonly string[])[]): readonly string[][] {
  return (keys[0] ?? []).map((_, at) => keys.map((key) => key[at]!));
}

/** A row that is wrong to some probe of a question, and which of them. */
export interface Sifted {
  readonly key: readonly string[];
  readonly wrong: readonly boolean[];
}

/**
 * The statement that returns the wrong rows among many, with a `most` one more than these to show
 * that there are more. The limit stands outside, where it cannot talk the planner into looking row
 * by row for the first few.
 */
export function sifting({ source, probes }: Question, condition: string, most?: number): string {
  const [first, ...others] = probes.map(({ wrong }) => `(${wrong})`);
  const isWrong = others.length === 0 ? first! : `(${[first, ...others].join(' OR ')})`;
  const which = others.length === 0 ? 'ARRAY[true]' : flags([first!, ...others]);
  return `WITH suspects AS MATERIALIZED (
      SELECT ${keyTexts(source.key)} AS key, ${which} AS wrong
      ${rowsWhere(source, `${condition} AND ${isWrong}`)})
    SELECT key, wrong FROM suspects LIMIT ${most === undefined ? 'ALL' : most + 1}`;
}

/** The rows that an answer of `sifting` tells, for each probe. */
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

/** Asks once more about rows of which all but a few are wrong, now with everything people need. */
export async function lookAgain(
  question: Question,
  suspects: readonly Suspect[],
  query: Query,
): Promise<readonly WrongRow[]> {
  const answers = await query<Answer>(telling(question), listsOf(suspects.map(({ key }) => key)));
  const known = new Set(suspects.map(identity));
  return suspectsOf(question, answers)
    .filter((row) => known.has(identity(row)))
    .map(({ probe, key, answer, at }) => ({
      probe,
      key,
      facts: answer.facts[at]!.map((fact) => fact ?? ''),
      isRepairable: answer.safe[at] === true,
    }));
}

interface Answer extends Sifted {
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

/** Facts may have moved on; the row and the question are the same. */
function identity({ probe, key }: Suspect): string {
  return [probe.place, probe.wrong, ...key].join('|');
}
