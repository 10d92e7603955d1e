import { isDate } from '../values/dates.js';
import type { Instant, Span } from '../values/instants.js';
import { isInfinite, readInstant } from '../values/instants.js';
import type { FilterCondition, ValueParser } from './value-parser.js';
import { matching } from './value-parser.js';

/**
 * An instant is shown to the millisecond, so an instant in a parameter stands for its whole
 * millisecond: `=` finds, and `<=` includes, the row that shows it.
 */
export function instantFilter(spanOf: (instant: Instant) => Span): ValueParser {
  const span = (text: string) =>
    isInfinite(text) ? { first: text, last: text } : spanOf(readInstant(text)!);
  const first = (text: string) => span(text).first;
  const last = (text: string) => span(text).last;
  const condition: FilterCondition = (column, operator, bind) => {
    if (operator === '>=' || operator === '<') return `${column} ${operator} ${bind(first)}`;
    if (operator === '>' || operator === '<=') return `${column} ${operator} ${bind(last)}`;
    return `${column} >= ${bind(first)} AND ${column} <= ${bind(last)}`;
  };
  const accepts = (text: string) => isInfinite(text) || readInstant(text) !== undefined;
  return { ...matching({ type: 'string', format: 'date-time' }, accepts), condition };
}

/** A day of the calendar, or one of the two that are beyond all others. */
export const dayFilter = matching(
  { type: 'string', format: 'date' },
  (text) => isDate(text) || isInfinite(text),
);
