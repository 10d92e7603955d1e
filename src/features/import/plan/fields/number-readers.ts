import type { TargetColumnType } from '../target-table.js';
import type { FieldReader } from './field-kind.js';
import type { Limits } from './number-checks.js';
import { wholeRangeOf } from './number-checks.js';

// Fifteen digits are exact in a double; more are a case for SQL.
const shortWhole = /^-?\d{1,15}$/;
const wholeWithPoint = /^-?\d{1,15}\.0*$/;
const shortDecimal = /^-?\d{1,15}(\.\d{1,15})?$/;

function fitsLimits({ min = -Infinity, max = Infinity }: Limits) {
  const fits = (text: string) => Number(text) >= min && Number(text) <= max;
  return { wholes: { min, max }, isWithin: fits };
}

/** The limits that both a plan and a column set. */
function narrower(limits: Limits, min: number, max: number): Limits {
  return { min: Math.max(limits.min ?? min, min), max: Math.min(limits.max ?? max, max) };
}

/** The decimals that a column has room for, and the number that is just too large for it. */
function roomOf({ base }: TargetColumnType): {
  readonly decimals: number;
  readonly tooLarge: number;
} {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(base) ?? [];
  if (precision === undefined || scale === undefined) {
    return { decimals: Infinity, tooLarge: Infinity };
  }
  return { decimals: Number(scale), tooLarge: 10 ** (Number(precision) - Number(scale)) };
}

/** Reads whole numbers that a column has room for; COPY would round them to a negative scale. */
export function wholeReader(column: TargetColumnType, limits: Limits): FieldReader {
  const { decimals, tooLarge } = roomOf(column);
  if (decimals < 0) return { read: () => undefined };
  const [min = -Infinity, max = Infinity] = wholeRangeOf(column).map(Number);
  const range = narrower(limits, Math.max(min, 1 - tooLarge), Math.min(max, tooLarge - 1));
  const { wholes, isWithin } = fitsLimits(range);
  const read = (field: string) => {
    if (shortWhole.test(field)) return isWithin(field) ? field : undefined;
    if (!wholeWithPoint.test(field)) return undefined;
    const whole = field.slice(0, field.indexOf('.'));
    return isWithin(whole) ? whole : undefined;
  };
  return { read, wholes };
}

/** Reads numbers; COPY would round decimals that the column has no room for. */
export function decimalReader(column: TargetColumnType, limits: Limits): FieldReader {
  const { decimals, tooLarge } = roomOf(column);
  const { wholes, isWithin } = fitsLimits(limits);
  const read = (field: string) => {
    if (!shortDecimal.test(field)) return undefined;
    const point = field.indexOf('.');
    const found = point < 0 ? 0 : field.length - point - 1;
    const hasRoom = found <= decimals && Math.abs(Number(field)) < tooLarge;
    return hasRoom && isWithin(field) ? field : undefined;
  };
  // A whole number that is too large is for `read` to refuse.
  return decimals < 0
    ? { read }
    : { read, wholes: { ...wholes, max: Math.min(wholes.max, tooLarge - 1) } };
}
