import { quoteText } from '../../core/schema/names.js';
import type { BoundField } from './bound-column.js';
import { largestHistoricalId } from './bound-column.js';
import type { ImportFile } from './import-plan.js';

interface Limits {
  readonly min?: number;
  readonly max?: number;
}

/** SQL that is null when the staged field can be read, and otherwise says why not. */
export function fieldProblem(column: BoundField, entry: ImportFile): string {
  const { source, staged, label } = column;
  const mayBeBlank = source.nullable === true || source.otherwise !== undefined;
  const cases = [
    `WHEN ${staged} IS NULL THEN ${mayBeBlank ? 'NULL' : says(label, 'is empty')}`,
    ...casesOf(column, entry),
  ];
  return `CASE ${cases.join(' ')} END`;
}

// A bound such as {1,40} in these expressions would make them six times slower.
const wholeNumber = String.raw`^[+-]?[0-9]+(\.0*)?$`;
const decimalNumber = String.raw`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`;
const publicId = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';
const longestNumber = 80;
/** Bytes of the type `name`, to which a cast cuts a text without a word. */
export const longestName = 63;
/** Times of ISO 8601, for SQL and JavaScript alike. */
export const timestamp =
  '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
  String.raw`[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?` +
  '(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?$';

function casesOf(column: BoundField, entry: ImportFile): string[] {
  const { source } = column;
  switch (source.type) {
    case 'id':
      return idCases(column, entry);
    case 'reference':
      return wholeNumberCases(column, {});
    case 'publicReference':
      return [unless(column, `~* ${quoteText(publicId)}`, 'is not a public id')];
    case 'integer':
      return wholeNumberCases(column, source);
    case 'numeric':
      return isWhole(column) ? wholeNumberCases(column, source) : decimalCases(column, source);
    case 'boolean':
      return [unless(column, `~* '^(0|1|false|true)$'`, 'is neither 0 nor 1')];
    case 'timestamptz':
      return timestampCases(column);
    case 'enum':
      return enumCases(column, source.values ?? column.target.labels ?? []);
    case 'text':
      return textCases(column);
  }
}

function idCases(column: BoundField, entry: ImportFile): string[] {
  const last = largestHistoricalId(entry);
  const start = `is not below ${entry.startWith}, where the ids of new rows start`;
  const tooNew = `WHEN ${column.staged}::numeric > ${last} THEN ${says(column.label, start)}`;
  return [...wholeNumberCases(column, { min: 1 }), ...(last === undefined ? [] : [tooNew])];
}

function wholeNumberCases(column: BoundField, { min, max }: Limits): string[] {
  const [least, most] = wholeNumberTypes.get(column.target.base) ?? [];
  return [
    unless(column, numberLike(column, wholeNumber), 'is not a whole number'),
    ...outside(column, { from: larger(min, least), to: smaller(max, most) }),
    ...precisionCases(column),
  ];
}

/** Tells a field that fills a column of whole numbers. */
export function isWhole({ source, target }: BoundField): boolean {
  const { type } = source;
  if (type === 'numeric') return wholeNumberTypes.has(target.base);
  return type === 'id' || type === 'reference' || type === 'integer';
}

const wholeNumberTypes = new Map([
  ['smallint', [-32_768n, 32_767n]],
  ['integer', [-2_147_483_648n, 2_147_483_647n]],
  ['bigint', [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n]],
]);

function decimalCases(column: BoundField, { min, max }: Limits): string[] {
  return [
    unless(column, numberLike(column, decimalNumber), 'is not a number'),
    ...outside(column, { from: min, to: max }),
    ...precisionCases(column),
  ];
}

function precisionCases({ staged, label, target }: BoundField): string[] {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(target.base) ?? [];
  if (precision === undefined || scale === undefined) return [];
  return [
    `WHEN round(${staged}::numeric, ${scale}) <> ${staged}::numeric
       THEN ${says(label, `has more than ${scale} decimals`)}`,
    `WHEN abs(${staged}::numeric) >= 1e${Number(precision) - Number(scale)}
       THEN ${says(label, 'is too large')}`,
  ];
}

function numberLike({ staged }: BoundField, pattern: string): string {
  return `~ ${quoteText(pattern)} AND length(${staged}) <= ${longestNumber}`;
}

function timestampCases(column: BoundField): string[] {
  const { staged, label } = column;
  const part = (from: number, length: number) => `substr(${staged}, ${from}, ${length})::int`;
  const lastDay = `extract(day FROM make_date(${part(1, 4)}, ${part(6, 2)}, 1) + interval '1 month - 1 day')`;
  return [
    unless(column, `~ ${quoteText(timestamp)}`, 'is not a date and time of ISO 8601'),
    `WHEN ${part(9, 2)} > ${lastDay} THEN ${says(label, 'is a day the month does not have')}`,
  ];
}

function enumCases(column: BoundField, values: readonly string[]): string[] {
  const list = values.map(quoteText).join(', ');
  return [unless(column, `IN (${list || 'NULL'})`, `is none of ${values.join(', ')}`)];
}

function textCases({ staged, label, target }: BoundField): string[] {
  const [, length] = /^character(?: varying)?\((\d+)\)$/.exec(target.base) ?? [];
  const tooLong = (unit: string) => says(label, `is longer than ${length ?? longestName} ${unit}`);
  if (length !== undefined)
    return [`WHEN length(${staged}) > ${length} THEN ${tooLong('characters')}`];
  if (target.base !== 'name') return [];
  return [`WHEN octet_length(${staged}) > ${longestName} THEN ${tooLong('bytes')}`];
}

function unless({ staged, label }: BoundField, condition: string, problem: string): string {
  return `WHEN (${staged} ${condition}) IS NOT TRUE THEN ${says(label, problem)}`;
}

interface Range {
  readonly from: number | bigint | undefined;
  readonly to: number | bigint | undefined;
}

function outside({ staged, label }: BoundField, { from, to }: Range): string[] {
  const below = `WHEN ${staged}::numeric < ${from} THEN ${says(label, `is below ${from}`)}`;
  const above = `WHEN ${staged}::numeric > ${to} THEN ${says(label, `is above ${to}`)}`;
  return [...(from === undefined ? [] : [below]), ...(to === undefined ? [] : [above])];
}

function larger(one: number | undefined, other: bigint | undefined): Range['from'] {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function smaller(one: number | undefined, other: bigint | undefined): Range['to'] {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}

function says(label: string, problem: string): string {
  return quoteText(`${label} ${problem}`);
}
