import { dateText, isDay } from './dates.js';

/** A moment with its offset, as written by RFC 3339 and `toISOString`. */
const writtenInstant =
  /^(\d{4}|[+-]\d{6})-(\d{2})-(\d{2})T((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?(Z|[+-](?:0\d|1[0-5]):[0-5]\d)$/;

/** A moment: whole milliseconds as in JavaScript, plus the remaining microseconds. */
export interface Instant {
  readonly milliseconds: number;
  readonly microseconds: number;
  /** Whether it was written with more than three decimals. */
  readonly isExact: boolean;
}

/** Reads a moment with its offset; undefined for anything else, such as 30 February. */
export function readInstant(text: string): Instant | undefined {
  const [, year, month, day, time, seconds = '00', decimals = '', zone] =
    writtenInstant.exec(text) ?? [];
  if (year === undefined || !isDay(Number(year), Number(month), Number(day))) return undefined;
  const fraction = decimals.padEnd(6, '0');
  const milliseconds = Date.parse(
    `${year}-${month}-${day}T${time}:${seconds}.${fraction.slice(0, 3)}${zone}`,
  );
  if (Number.isNaN(milliseconds)) return undefined;
  const microseconds = Number(fraction.slice(3));
  return { milliseconds, microseconds, isExact: decimals.length > 3 };
}

/** The range of a moment in PostgreSQL's text format, both ends included, to the microsecond. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

/** Whether a text is one of PostgreSQL's two values beyond all moments and days. */
export function isInfinite(text: string): boolean {
  return text === 'infinity' || text === '-infinity';
}

/**
 * The range of a moment in a column with a time zone: the whole millisecond, since no more is
 * shown, or the microsecond if written with more decimals.
 */
export function zonedSpan(instant: Instant): Span {
  return spanOf(new Date(instant.milliseconds), instant, '+00');
}

/** The same in a column without a time zone, which is read in this process's time zone. */
export function localSpan(instant: Instant): Span {
  return spanOf(onLocalClock(new Date(instant.milliseconds)), instant, '');
}

/** A moment in the format of a column with a time zone. */
export function zonedText({ milliseconds, microseconds }: Instant): string {
  return spelled(new Date(milliseconds), microseconds, '+00');
}

/** A moment in the format of a column without a time zone, in this process's time zone. */
export function localText({ milliseconds, microseconds }: Instant): string {
  return spelled(onLocalClock(new Date(milliseconds)), microseconds, '');
}

function spanOf(date: Date, { microseconds, isExact }: Instant, zone: string): Span {
  const first = spelled(date, microseconds, zone);
  return { first, last: isExact ? first : spelled(date, 999, zone) };
}

/** A date whose UTC parts are the local ones of another. */
function onLocalClock(moment: Date): Date {
  const clock = new Date(0);
  clock.setUTCFullYear(moment.getFullYear(), moment.getMonth(), moment.getDate());
  const [hours, minutes] = [moment.getHours(), moment.getMinutes()];
  clock.setUTCHours(hours, minutes, moment.getSeconds(), moment.getMilliseconds());
  return clock;
}

function spelled(date: Date, microseconds: number, zone: string): string {
  const [day, era] = dateText(date, true).split(/(?= BC)/);
  const time = date.toISOString().slice(-13, -1);
  return `${day} ${time}${String(microseconds).padStart(3, '0')}${zone}${era ?? ''}`;
}
