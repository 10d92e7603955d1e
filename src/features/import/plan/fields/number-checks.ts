import { quoteText } from '../../../../core/sql/quoting.js';
import type { TargetColumnType } from '../target-table.js';
import type { PlannedField } from './field-kind.js';
import type { NumberRange } from './problem-cases.js';
import { message, outsideRange, unless } from './problem-cases.js';

/** The limits that a plan sets to a number. */
export interface Limits {
  readonly min?: number;
  readonly max?: number;
}

// A bound such as {1,40} in these expressions would make them six times slower.
const wholePattern = String.raw`^[+-]?[0-9]+(\.0*)?$`;
const decimalPattern = String.raw`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$`;
const maxNumberLength = 80;

const wholeNumberTypes = new Map([
  ['smallint', [-32_768n, 32_767n]],
  ['integer', [-2_147_483_648n, 2_147_483_647n]],
  ['bigint', [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n]],
]);

/** Whether a column holds nothing but whole numbers. */
export function holdsWholes({ base }: TargetColumnType): boolean {
  return wholeNumberTypes.has(base);
}

/** The minimum and the maximum of a column of whole numbers; neither for other columns. */
export function wholeRangeOf({ base }: TargetColumnType): readonly bigint[] {
  return wholeNumberTypes.get(base) ?? [];
}

/** What is wrong with a whole number. */
export function wholeNumberProblems(field: PlannedField, { min, max }: Limits): string[] {
  const [columnMin, columnMax] = wholeRangeOf(field.target);
  return [
    unless(field, numberLike(field, wholePattern), 'is not a whole number'),
    ...outsideRange(field, { min: larger(min, columnMin), max: smaller(max, columnMax) }),
    ...precisionProblems(field),
  ];
}

/** `14.0` is a whole number to people but not to a cast. */
export function typedWhole({ staged, target }: PlannedField): string {
  return `split_part(${staged}, '.', 1)::${target.type}`;
}

/** What is wrong with a number. */
export function decimalProblems(field: PlannedField, { min, max }: Limits): string[] {
  return [
    unless(field, numberLike(field, decimalPattern), 'is not a number'),
    ...outsideRange(field, { min, max }),
    ...precisionProblems(field),
  ];
}

function precisionProblems({ staged, label, target }: PlannedField): string[] {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(target.base) ?? [];
  if (precision === undefined || scale === undefined) return [];
  return [
    `WHEN round(${staged}::numeric, ${scale}) <> ${staged}::numeric
       THEN ${message(label, `has more than ${scale} decimals`)}`,
    `WHEN abs(${staged}::numeric) >= 1e${Number(precision) - Number(scale)}
       THEN ${message(label, 'is too large')}`,
  ];
}

function numberLike({ staged }: PlannedField, pattern: string): string {
  return `~ ${quoteText(pattern)} AND length(${staged}) <= ${maxNumberLength}`;
}

function larger(one: number | undefined, other: bigint | undefined): NumberRange['min'] {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function smaller(one: number | undefined, other: bigint | undefined): NumberRange['max'] {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
