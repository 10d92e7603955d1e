import { isDate } from '../values/dates.js';
import type { Instant, Span } from '../values/instants.js';
import { isInfinite, localSpan, readInstant, zonedSpan } from '../values/instants.js';
import { isInterval, isTime, isZonedTime } from '../values/times.js';
import type { Condition, ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/**
 * An instant is shown to the millisecond, so that one of a parameter stands for all of its
 * millisecond: `=` finds, and `<=` includes, the row that shows it.
 */
function instant(spanOf: (instant: Instant) => Span): ValueParser {
  const span = (text: string) =>
    isInfinite(text) ? { first: text, last: text } : spanOf(readInstant(text)!);
  const first = (text: string) => span(text).first;
  const last = (text: string) => span(text).last;
  const condition: Condition = (column, operator, bind) => {
    if (operator === '>=' || operator === '<') return `${column} ${operator} ${bind(first)}`;
    if (operator === '>' || operator === '<=') return `${column} ${operator} ${bind(last)}`;
    return `${column} >= ${bind(first)} AND ${column} <= ${bind(last)}`;
  };
  const accepts = (text: string) => isInfinite(text) || readInstant(text) !== undefined;
  return { ...matching({ type: 'string', format: 'date-time' }, accepts), condition };
}

/** The parsers of dates and times, by the type of the column. */
export const timeParsers: Readonly<Record<string, ValueParser>> = {
  date: matching({ type: 'string', format: 'date' }, (text) => isDate(text) || isInfinite(text)),
  'timestamp with time zone': instant(zonedSpan),
  'timestamp without time zone': instant(localSpan),
  'time without time zone': matching({ type: 'string' }, isTime),
  'time with time zone': matching({ type: 'string' }, isZonedTime),
  interval: matching({ type: 'string' }, isInterval),
};
