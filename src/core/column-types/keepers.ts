import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { jsonFault } from '../values/json.js';
import { decimalsOf } from '../values/numbers.js';
import type { KeepValue } from './keep.js';

/** A number that is the one which was written, with no more decimals than the column has. */
export const keepNumber =
  (isHeld: (value: number) => boolean) =>
  ({ precision, scale }: ColumnMetadata): KeepValue => {
    const max = scale ?? (precision ? 0 : undefined);
    return (value, refuse) => {
      if (typeof value === 'number' && !isHeld(value)) {
        throw refuse('has more digits than a JSON number keeps; write it as a string');
      }
      if (max !== undefined && decimalsOf(String(value)) > max) {
        throw refuse(`has more than ${max} decimals`);
      }
      return value;
    };
  };

/** A view has no format for NaN and infinities. */
export const keepFinite = (): KeepValue => (value, refuse) => {
  const isNumber = typeof value === 'number' || typeof value === 'string';
  if (isNumber && !Number.isFinite(Number(value))) throw refuse('is not a finite number');
  return value;
};

/** True or false, which PostgreSQL would also read from other words. */
export const keepTruth = (): KeepValue => (value, refuse) => {
  if (typeof value !== 'boolean') throw refuse('is neither true nor false');
  return value;
};

/** PostgreSQL silently truncates trailing blanks of a text that is too long. */
export const keepBounded = ({ length }: ColumnMetadata): KeepValue | undefined => {
  const max = Number(length);
  if (!(max > 0)) return undefined;
  return (value, refuse) => {
    const isLong = typeof value === 'string' && value.length > max && [...value].length > max;
    if (isLong) throw refuse(`is longer than ${max} characters`);
    return value;
  };
};

/** JSON that comes back as it was written. */
export const keepJson = (): KeepValue => (value, refuse) => {
  const fault = jsonFault(value);
  if (fault !== undefined) throw refuse(fault);
  return JSON.stringify(value);
};
