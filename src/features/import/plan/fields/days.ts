import type { NamedField } from './problem-cases.js';
import { message } from './problem-cases.js';

/** The start of a day of ISO 8601, for SQL and JavaScript alike. */
export const dayPattern = '(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
/** A time of day behind it. */
export const timePattern = String.raw`([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?`;
/** An offset behind that. */
export const offsetPattern = '(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)';

/** The case of a text that starts with a day like the 31st of February. */
export function noSuchDay({ staged, label }: NamedField): string {
  const part = (from: number, length: number) => `substr(${staged}, ${from}, ${length})::int`;
  const lastDay = `extract(day FROM make_date(${part(1, 4)}, ${part(6, 2)}, 1) + interval '1 month - 1 day')`;
  return `WHEN ${part(9, 2)} > ${lastDay} THEN ${message(label, 'is a day the month does not have')}`;
}

/** Whether the month has the day that a text starts with. */
export function isDayText(text: string): boolean {
  const day = Number(text.slice(8, 10));
  return day <= 28 || day <= lastDayOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)));
}

function lastDayOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}
