import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { isReadable } from '../view/column-codec.js';
import { dateText, isDate } from '../values/dates.js';
import { isInfinite, localText, readInstant, zonedText } from '../values/instants.js';
import type { Instant } from '../values/instants.js';
import { jsonFault } from '../values/json.js';
import { decimalsOf, isExact } from '../values/numbers.js';
import { isTime, isZonedTime } from '../values/times.js';

/** Makes the error that says what is wrong with a value. */
type Refuse = (detail: string) => Error;
/** Makes what is bound of a value, or refuses one that would not come back as it was written. */
export type Keep = (value: unknown, refuse: Refuse) => unknown;

/**
 * How a column keeps values of its type; undefined where PostgreSQL refuses by itself what it
 * cannot keep. A column with a transformer takes what that makes.
 */
export function keeperOf(column: ColumnMetadata, type: string): Keep | undefined {
  if (column.transformer || !isReadable(type)) return undefined;
  const one = keepers[type]?.(column);
  if (!column.isArray) return one;
  return (value, refuse) => {
    if (!Array.isArray(value)) throw refuse('is not a list');
    return value.map((element: unknown) => {
      // PostgreSQL would take it for a second dimension, which no view shows.
      if (Array.isArray(element) && !type.startsWith('json')) {
        throw refuse('is a list within a list');
      }
      return one && element !== null ? one(element, refuse) : element;
    });
  };
}

const instant =
  (spell: (instant: Instant) => string) =>
  ({ precision }: ColumnMetadata): Keep =>
  (value, refuse) => {
    const isMoment = typeof value === 'string' || value instanceof Date;
    if (!isMoment || isInfinite(String(value))) return value;
    const text = value instanceof Date ? isoOf(value) : value;
    const read = text === undefined ? undefined : readInstant(text);
    if (!read) throw refuse('is not an instant with its offset, such as 2026-01-31T09:30:00Z');
    const most = value instanceof Date ? 3 : Math.min(3, precision ?? 3);
    if (fractionOf(text!) > most) throw refuse(`has more than ${most} decimals of a second`);
    return spell(read);
  };

function isoOf(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function fractionOf(text: string): number {
  return (/\.(\d*?)0*(?!\d)/.exec(text)?.[1] ?? '').length;
}

const day =
  ({ utc }: ColumnMetadata): Keep =>
  (value, refuse) => {
    const isKept = value instanceof Date ? !Number.isNaN(value.getTime()) : isDay(value);
    if (!isKept) throw refuse('is not a day of the calendar, such as 2026-01-31');
    return value instanceof Date ? dateText(value, utc) : value;
  };

/** A date column knows two days that are beyond all others. */
function isDay(value: unknown): boolean {
  return typeof value === 'string' && (isDate(value) || isInfinite(value));
}

const clock =
  (reads: (text: string) => boolean, form: string) =>
  ({ precision }: ColumnMetadata): Keep =>
  (value, refuse) => {
    if (typeof value !== 'string') return value;
    if (!reads(value)) throw refuse(`is not a time of the day, such as ${form}`);
    const most = precision ?? 6;
    if (fractionOf(value) > most) throw refuse(`has more than ${most} decimals of a second`);
    return value;
  };

const number =
  (isHeld: (value: number) => boolean) =>
  ({ precision, scale }: ColumnMetadata): Keep => {
    const most = scale ?? (precision ? 0 : undefined);
    return (value, refuse) => {
      if (typeof value === 'number' && !isHeld(value)) {
        throw refuse('has more digits than a number of JSON keeps; write it as a text');
      }
      if (most !== undefined && decimalsOf(String(value)) > most) {
        throw refuse(`has more than ${most} decimals`);
      }
      return value;
    };
  };

/** A view has no form of its own for what is no number. */
const finite = (): Keep => (value, refuse) => {
  const isNumber = typeof value === 'number' || typeof value === 'string';
  if (isNumber && !Number.isFinite(Number(value))) throw refuse('is not a finite number');
  return value;
};

const truth = (): Keep => (value, refuse) => {
  if (typeof value !== 'boolean') throw refuse('is neither true nor false');
  return value;
};

/** PostgreSQL cuts blanks off a text that is too long, without a word. */
const bounded = ({ length }: ColumnMetadata): Keep | undefined => {
  const most = Number(length);
  if (!(most > 0)) return undefined;
  return (value, refuse) => {
    const isLong = typeof value === 'string' && value.length > most && [...value].length > most;
    if (isLong) throw refuse(`is longer than ${most} characters`);
    return value;
  };
};

const json = (): Keep => (value, refuse) => {
  const fault = jsonFault(value);
  if (fault !== undefined) throw refuse(fault);
  return JSON.stringify(value);
};

const keepers: Readonly<Record<string, (column: ColumnMetadata) => Keep | undefined>> = {
  bigint: number(Number.isSafeInteger),
  numeric: number(isExact),
  real: finite,
  'double precision': finite,
  boolean: truth,
  character: bounded,
  'character varying': bounded,
  date: day,
  'timestamp with time zone': instant(zonedText),
  'timestamp without time zone': instant(localText),
  'time without time zone': clock(isTime, '09:30:00'),
  'time with time zone': clock(isZonedTime, '09:30:00+02:00'),
  json,
  jsonb: json,
};
