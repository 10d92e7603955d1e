import type { ColumnType } from '../target-table.js';
import type { PlainField } from './field-kind.js';
import type { Limits } from './number-checks.js';
import { wholeRangeOf } from './number-checks.js';

// Fifteen digits are exact in a double; more are a case for SQL.
const wholeNumber = /^-?\d{1,15}$/;
const wholeWithPoint = /^-?\d{1,15}\.0*$/;
const decimalNumber = /^-?\d{1,15}(\.\d{1,15})?$/;

function within({ min = -Infinity, max = Infinity }: Limits) {
  const isWithin = (text: string) => Number(text) >= min && Number(text) <= max;
  return { wholes: { min, max }, isWithin };
}

/** The limits that both a plan and a column set. */
function both(limits: Limits, least: number, most: number): Limits {
  return { min: Math.max(limits.min ?? least, least), max: Math.min(limits.max ?? most, most) };
}

/** Reads whole numbers that a column has room for. */
export function wholeReader(column: ColumnType, limits: Limits): PlainField {
  const [least = -Infinity, most = Infinity] = wholeRangeOf(column);
  const { wholes, isWithin } = within(both(limits, Number(least), Number(most)));
  const read = (field: string) => {
    if (wholeNumber.test(field)) return isWithin(field) ? field : undefined;
    if (!wholeWithPoint.test(field)) return undefined;
    const whole = field.slice(0, field.indexOf('.'));
    return isWithin(whole) ? whole : undefined;
  };
  return { read, wholes };
}

/** Reads numbers; COPY would round decimals that the column has no room for. */
export function decimalReader({ base }: ColumnType, limits: Limits): PlainField {
  const [, precision, scale] = /^numeric\((\d+),(-?\d+)\)$/.exec(base) ?? [];
  const decimals = scale === undefined ? Infinity : Number(scale);
  const most = precision === undefined ? Infinity : 10 ** (Number(precision) - decimals);
  const { wholes, isWithin } = within(limits);
  const read = (field: string) => {
    if (!decimalNumber.test(field)) return undefined;
    const point = field.indexOf('.');
    const found = point < 0 ? 0 : field.length - point - 1;
    const hasRoom = found <= decimals && Math.abs(Number(field)) < most;
    return hasRoom && isWithin(field) ? field : undefined;
  };
  // A whole number that is too large is for `read` to refuse.
  return decimals < 0
    ? { read }
    : { read, wholes: { ...wholes, max: Math.min(wholes.max, most - 1) } };
}
