import { quoteText } from '../../../../core/sql/quoting.js';
import { dayPattern, isDayText, noSuchDay } from './days.js';
import type { FieldKind } from './field-kind.js';
import { unless } from './problem-cases.js';

const dayExpression = `^${dayPattern}$`;
const dayMatcher = new RegExp(dayExpression);

/** A day. */
export const date: FieldKind<{ type: 'date' }> = {
  takes: ({ base }) => base === 'date',
  problems: (field) => [
    unless(field, `~ ${quoteText(dayExpression)}`, 'is not a date of ISO 8601'),
    noSuchDay(field),
  ],
  reader: () => ({
    read: (text) => (dayMatcher.test(text) && isDayText(text) ? text : undefined),
  }),
};
