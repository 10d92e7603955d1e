import { isDate } from '../values/dates.js';
import type { Instant, Span } from '../values/instants.js';
import { localSpan, readInstant, zonedSpan } from '../values/instants.js';
import { isInterval, isTime, isZonedTime } from '../values/times.js';
import type { Condition, ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/**
 * An instant is shown to the millisecond, so that one of a parameter stands for all of its
 * millisecond: `=` finds, and `<=` includes, the row that shows it.
 */
function instant(spanOf: (instant: Instant) => Span): ValueParser {
  const from = (text: string) => spanOf(readInstant(text)!).from;
  const to = (text: string) => spanOf(readInstant(text)!).to;
  const condition: Condition = (column, operator, bind) => {
    switch (operator) {
      case '>=':
      case '<':
        return `${column} ${operator} ${bind(from)}`;
      case '>':
        return `${column} >= ${bind(to)}`;
      case '<=':
        return `${column} < ${bind(to)}`;
      default:
        return `${column} >= ${bind(from)} AND ${column} < ${bind(to)}`;
    }
  };
  const schema = { type: 'string', format: 'date-time' } as const;
  return { ...matching(schema, (text) => readInstant(text) !== undefined), condition };
}

/** The parsers of dates and times, by the type of the column. */
export const timeParsers: Readonly<Record<string, ValueParser>> = {
  date: matching(
    { type: 'string', format: 'date' },
    (text) => isDate(text) || /^-?infinity$/.test(text),
  ),
  'timestamp with time zone': instant(zonedSpan),
  'timestamp without time zone': instant(localSpan),
  'time without time zone': matching({ type: 'string' }, isTime),
  'time with time zone': matching({ type: 'string' }, isZonedTime),
  interval: matching({ type: 'string' }, isInterval),
};
