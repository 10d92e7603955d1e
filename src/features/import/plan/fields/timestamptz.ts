import { quoteText } from '../../../../core/sql/quoting.js';
import { dayPattern, isDayText, noSuchDay, offsetPattern, timePattern } from './days.js';
import type { FieldKind } from './field-kind.js';
import { unless } from './problem-cases.js';

const timestamp = `^${dayPattern}[T ]${timePattern}${offsetPattern}?$`;
const timestampExpression = new RegExp(timestamp);

/** A moment. */
export const timestamptz: FieldKind<{ type: 'timestamptz' }> = {
  takes: ({ category }) => category === 'D',
  problems: (field) => [
    unless(field, `~ ${quoteText(timestamp)}`, 'is not a date and time of ISO 8601'),
    noSuchDay(field),
  ],
  reader: () => ({
    read: (text) => (timestampExpression.test(text) && isDayText(text) ? text : undefined),
  }),
};
