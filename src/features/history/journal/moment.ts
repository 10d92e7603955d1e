import { refusal } from '../../../core/errors/problem.js';
import { readInstant, zonedSpan } from '../../../core/values/instants.js';

/** A time to look back to: a `Date`, or an instant as RFC 3339 writes it. */
export type Moment = Date | string;

/**
 * The end of a moment as SQL compares it. Times are shown to the millisecond, so that one without
 * more decimals includes what was changed within it.
 */
export function endOf(moment: Moment): string {
  const text = moment instanceof Date ? writtenAs(moment) : moment;
  const instant = readInstant(text);
  if (instant) return zonedSpan(instant).last;
  throw refusal('invalid_query', {
    errors: [
      {
        parameter: 'at',
        detail: 'is not an instant with its offset, such as 2026-01-31T09:30:00Z',
      },
    ],
  });
}

function writtenAs(moment: Date): string {
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString();
}
