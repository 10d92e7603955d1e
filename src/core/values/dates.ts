/**
 * PostgreSQL's dates range from 24 November of the first year, in ISO 8601 counting, to the last.
 */
const [firstYear, lastYear] = [-4713, 5_874_897] as const;

/** `2026-02-28`, `12026-02-28` or `0044-03-15 BC`, as PostgreSQL writes a date. */
const datePattern = /^(\d{4,7})-(\d{2})-(\d{2})( BC)?$/;

/** Whether a text is a calendar day as PostgreSQL writes it; there is no 30 February. */
export function isDate(text: string): boolean {
  const [, year, month, day, era] = datePattern.exec(text) ?? [];
  if (year === undefined || Number(year) === 0 || (year.length > 4 && year.startsWith('0'))) {
    return false;
  }
  const counted = era === undefined ? Number(year) : 1 - Number(year);
  return isDay(counted, Number(month), Number(day));
}

/**
 * The day of a moment, in UTC or in this process's time zone. PostgreSQL counts years from 1 in
 * both directions, and writes them without a sign.
 */
export function dateText(moment: Date, utc: boolean): string {
  const year = utc ? moment.getUTCFullYear() : moment.getFullYear();
  const month = 1 + (utc ? moment.getUTCMonth() : moment.getMonth());
  const day = utc ? moment.getUTCDate() : moment.getDate();
  const counted = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const [mm, dd] = [month, day].map((part) => String(part).padStart(2, '0'));
  return `${counted}-${mm}-${dd}${year > 0 ? '' : ' BC'}`;
}

/** Whether the calendar has a day, and PostgreSQL its year; the year 0 is 1 BC. */
export function isDay(year: number, month: number, day: number): boolean {
  const isKnown = year > firstYear || (year === firstYear && month * 100 + day >= 1124);
  if (!isKnown || year > lastYear) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : 28;
}
