import { quoteText } from '../../../core/schema/names.js';
import type { ColumnType } from '../target-table.js';
import type { Field } from './field-kind.js';
import type { Range } from './problem-cases.js';
import { outside, says, unless } from './problem-cases.js';

/** What a plan says of the size of a number. */
export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

// A bound such as {1,40} in these expressions would make them six times slower.
const wholeNumber = String.raw`^[+-]?[0-9]+(\.0*)?$`;
const decimalNumber = String.raw`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`;
const longestNumber = 80;

const wholeNumberTypes = new Map([
  ['smallint', [-32_768n, 32_767n]],
  ['integer', [-2_147_483_648n, 2_147_483_647n]],
  ['bigint', [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n]],
]);

/** Whether a column holds nothing but whole numbers. */
export function holdsWholes({ base }: ColumnType): boolean {
  return wholeNumberTypes.has(base);
}

/** The least and the most of a column of whole numbers; neither for other columns. */
export function wholeRangeOf({ base }: ColumnType): readonly bigint[] {
  return wholeNumberTypes.get(base) ?? [];
}

/** What is wrong with a whole number. */
export function wholeNumberProblems(field: Field, { min, max }: Limits): string[] {
  const [least, most] = wholeRangeOf(field.target);
  return [
    unless(field, numberLike(field, wholeNumber), 'is not a whole number'),
    ...outside(field, { from: larger(min, least), to: smaller(max, most) }),
    ...precisionProblems(field),
  ];
}

/** `14.0` is a whole number to people but not to a cast. */
export function typedWhole({ staged, target }: Field): string {
  return `split_part(${staged}, '.', 1)::${target.type}`;
}

/** What is wrong with a number. */
export function decimalProblems(field: Field, { min, max }: Limits): string[] {
  return [
    unless(field, numberLike(field, decimalNumber), 'is not a number'),
    ...outside(field, { from: min, to: max }),
    ...precisionProblems(field),
  ];
}

function precisionProblems({ staged, label, target }: Field): string[] {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(target.base) ?? [];
  if (precision === undefined || scale === undefined) return [];
  return [
    `WHEN round(${staged}::numeric, ${scale}) <> ${staged}::numeric
       THEN ${says(label, `has more than ${scale} decimals`)}`,
    `WHEN abs(${staged}::numeric) >= 1e${Number(precision) - Number(scale)}
       THEN ${says(label, 'is too large')}`,
  ];
}

function numberLike({ staged }: Field, pattern: string): string {
  return `~ ${quoteText(pattern)} AND length(${staged}) <= ${longestNumber}`;
}

function larger(one: number | undefined, other: bigint | undefined): Range['from'] {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function smaller(one: number | undefined, other: bigint | undefined): Range['to'] {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
