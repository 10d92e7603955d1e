import { quoteText } from '../../../core/schema/names.js';
import { dayPattern, isDay, noSuchDay } from './days.js';
import type { FieldKind } from './field-kind.js';
import { unless } from './problem-cases.js';

const pattern = `^${dayPattern}$`;
const plainDate = new RegExp(pattern);

/** A day. */
export const date: FieldKind<{ type: 'date' }> = {
  takes: ({ base }) => base === 'date',
  problems: (field) => [
    unless(field, `~ ${quoteText(pattern)}`, 'is not a date of ISO 8601'),
    noSuchDay(field),
  ],
  plain: () => ({ read: (text) => (plainDate.test(text) && isDay(text) ? text : undefined) }),
};
