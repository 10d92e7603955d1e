import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { dateText, isDate } from '../values/dates.js';
import type { Instant } from '../values/instants.js';
import { isInfinite, readInstant } from '../values/instants.js';
import type { KeepValue } from './keep.js';

/** A moment with its offset, bound as the column spells it. */
export const keepInstant =
  (spell: (instant: Instant) => string) =>
  ({ precision }: ColumnMetadata): KeepValue =>
  (value, refuse) => {
    const isMoment = typeof value === 'string' || value instanceof Date;
    if (!isMoment || isInfinite(String(value))) return value;
    const text = value instanceof Date ? isoOf(value) : value;
    const read = text === undefined ? undefined : readInstant(text);
    if (!read) throw refuse('is not an instant with its offset, such as 2026-01-31T09:30:00Z');
    const max = value instanceof Date ? 3 : Math.min(3, precision ?? 3);
    if (fractionOf(text!) > max) throw refuse(`has more than ${max} decimals of a second`);
    return spell(read);
  };

function isoOf(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

function fractionOf(text: string): number {
  return (/\.(\d*?)0*(?!\d)/.exec(text)?.[1] ?? '').length;
}

/** A day of the calendar. */
export const keepDay =
  ({ utc }: ColumnMetadata): KeepValue =>
  (value, refuse) => {
    const isKept = value instanceof Date ? !Number.isNaN(value.getTime()) : isDateText(value);
    if (!isKept) throw refuse('is not a calendar day, such as 2026-01-31');
    return value instanceof Date ? dateText(value, utc) : value;
  };

/** A date column has two values beyond all days: infinity and -infinity. */
function isDateText(value: unknown): boolean {
  return typeof value === 'string' && (isDate(value) || isInfinite(value));
}

/** A time of day. */
export const keepClock =
  (reads: (text: string) => boolean, form: string) =>
  ({ precision }: ColumnMetadata): KeepValue =>
  (value, refuse) => {
    if (typeof value !== 'string') return value;
    if (!reads(value)) throw refuse(`is not a time of day, such as ${form}`);
    const max = precision ?? 6;
    if (fractionOf(value) > max) throw refuse(`has more than ${max} decimals of a second`);
    return value;
  };
