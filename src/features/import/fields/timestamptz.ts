import { quoteText } from '../../../core/schema/names.js';
import { dayPattern, isDay, noSuchDay, offsetPattern, timePattern } from './days.js';
import type { FieldKind } from './field-kind.js';
import { unless } from './problem-cases.js';

const timestamp = `^${dayPattern}[T ]${timePattern}${offsetPattern}?$`;
const plainTimestamp = new RegExp(timestamp);

/** A moment. */
export const timestamptz: FieldKind<{ type: 'timestamptz' }> = {
  takes: ({ category }) => category === 'D',
  problems: (field) => [
    unless(field, `~ ${quoteText(timestamp)}`, 'is not a date and time of ISO 8601'),
    noSuchDay(field),
  ],
  plain: () => ({
    read: (text) => (plainTimestamp.test(text) && isDay(text) ? text : undefined),
  }),
};
