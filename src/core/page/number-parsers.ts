import type { ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/** The maximum number of digits of a number that a parameter may carry. */
const mostDigits = 1000;

function integer(min: bigint, max: bigint): ValueParser {
  return matching({ type: 'integer' }, (text) => {
    if (!/^-?\d{1,19}$/.test(text)) return false;
    const value = BigInt(text);
    return value >= min && value <= max;
  });
}

/** A number of binary floating point, which JSON may write with an exponent. */
function float(round: (value: number) => number): ValueParser {
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

/** The parsers of numbers, by the type of the column. */
export const numberParsers: Readonly<Record<string, ValueParser>> = {
  smallint: integer(-32_768n, 32_767n),
  integer: integer(-2_147_483_648n, 2_147_483_647n),
  bigint: integer(-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n),
  numeric: matching(
    { type: 'string', format: 'decimal' },
    (text) => text.length <= mostDigits && /^(-?\d+(\.\d+)?|-?Infinity|NaN)$/.test(text),
  ),
  'double precision': float((value) => value),
  real: float(Math.fround),
};
