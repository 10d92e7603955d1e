import type { ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/** The maximum number of digits of a number in a parameter. */
const maxParameterDigits = 1000;

/** An integer between two bounds, both included. */
export function integerFilter(min: bigint, max: bigint): ValueParser {
  return matching({ type: 'integer' }, (text) => {
    if (!/^-?\d{1,19}$/.test(text)) return false;
    const value = BigInt(text);
    return value >= min && value <= max;
  });
}

/** A number of binary floating point, which JSON may write with an exponent; `round` keeps it. */
export function floatFilter(round: (value: number) => number): ValueParser {
  return {
    schema: { type: 'number' },
    parse: (text) => {
      if (text.length > 100 || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return undefined;
      const value = Number(text);
      const isHeld =
        Number.isFinite(round(value)) && (round(value) !== 0 || !/^[^e]*[1-9]/i.test(text));
      return isHeld ? String(value) : undefined;
    },
    isPublicId: false,
  };
}

/** A number with all of its digits. */
export const decimalFilter = matching(
  { type: 'string', format: 'decimal' },
  (text) => text.length <= maxParameterDigits && /^(-?\d+(\.\d+)?|-?Infinity|NaN)$/.test(text),
);
