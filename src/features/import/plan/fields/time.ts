import { quoteText } from '../../../../core/sql/quoting.js';
import { offsetPattern, timePattern } from './days.js';
import type { FieldKind } from './field-kind.js';
import { message, unless } from './problem-cases.js';

type TimeType = { readonly type: 'time' } | { readonly type: 'timetz' };

/** A time of day. */
export const time = timeKind('without time zone', '$');
/** A time of day with an offset. */
export const timetz = timeKind('with time zone', `${offsetPattern}?$`);

/** For columns with these words behind their precision, and fields with this end of their pattern. */
function timeKind(zone: string, end: string): FieldKind<TimeType> {
  const pattern = `^${timePattern}${end}`;
  const timeExpression = new RegExp(pattern);
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
           THEN ${message(field.label, `has more than ${decimals} decimals of a second`)}`,
      ];
    },
    reader({ target }) {
      const maxDecimals = decimalsOf(target.base);
      const read = (text: string) => {
        const found = timeExpression.exec(text);
        return found && (found[3]?.length ?? 0) <= maxDecimals + 1 ? text : undefined;
      };
      return { read };
    },
  };
}
