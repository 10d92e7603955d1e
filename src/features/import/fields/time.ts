import { quoteText } from '../../../core/schema/names.js';
import { offsetPattern, timePattern } from './days.js';
import type { FieldKind } from './field-kind.js';
import { says, unless } from './problem-cases.js';

type TimeType = { readonly type: 'time' } | { readonly type: 'timetz' };

/** A time of day. */
export const time = timeKind('without time zone', '$');
/** A time of day with an offset. */
export const timetz = timeKind('with time zone', `${offsetPattern}?$`);

/** For columns with these words behind their precision, and fields with this end of their pattern. */
function timeKind(zone: string, end: string): FieldKind<TimeType> {
  const pattern = `^${timePattern}${end}`;
  const plainTime = new RegExp(pattern);
  const column = new RegExp(`^time(?:\\((\\d)\\))? ${zone}$`);
  const decimalsOf = (base: string) => Number(column.exec(base)?.[1] ?? 6);
  return {
    takes: ({ base }) => column.test(base),
    problems(field) {
      const decimals = decimalsOf(field.target.base);
      const tooMany = `\\.${'[0-9]'.repeat(decimals + 1)}`;
      return [
        unless(field, `~ ${quoteText(pattern)}`, 'is not a time of ISO 8601'),
        `WHEN ${field.staged} ~ ${quoteText(tooMany)}
           THEN ${says(field.label, `has more than ${decimals} decimals of a second`)}`,
      ];
    },
    plain({ target }) {
      const most = decimalsOf(target.base);
      const read = (text: string) => {
        const found = plainTime.exec(text);
        return found && (found[3]?.length ?? 0) <= most + 1 ? text : undefined;
      };
      return { read };
    },
  };
}
