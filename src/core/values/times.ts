const clock = String.raw`(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?|24:00(?::00(?:\.0{1,6})?)?)`;
const offset = String.raw`(?:Z|[+-](?:0\d|1[0-5])(?::[0-5]\d(?::[0-5]\d)?)?)`;
const clockPattern = new RegExp(`^${clock}$`);
const zonedTime = new RegExp(`^${clock}${offset}$`);

/** `1 year 2 mons -3 days +04:05:06.789`, as PostgreSQL writes an interval. */
const intervalPattern =
  /^(?=\S)(?:([+-]?\d{1,9}) years?(?: (?=\S)|$))?(?:([+-]?\d{1,10}) mons?(?: (?=\S)|$))?(?:([+-]?\d{1,10}) days?(?: (?=\S)|$))?(?:[+-]?(\d{2,10}):[0-5]\d:[0-5]\d(?:\.\d{1,6})?)?$/;
const maxHours = 2_562_047_787;

/** Whether a text is a time of day, such as `23:59:59.999999` or `24:00:00`. */
export function isTime(text: string): boolean {
  return clockPattern.test(text);
}

/** Whether a text is a time of day with its offset, such as `09:30:00+05:30`. */
export function isZonedTime(text: string): boolean {
  return zonedTime.test(text);
}

/** Whether a text is an interval as PostgreSQL writes it, within its range. */
export function isInterval(text: string): boolean {
  const parts = intervalPattern.exec(text);
  if (!parts) return false;
  const [years, months, days, hours] = parts.slice(1).map((part) => Number(part ?? 0));
  return isInt4(years! * 12 + months!) && isInt4(days!) && hours! <= maxHours;
}

function isInt4(value: number): boolean {
  return value >= -2_147_483_648 && value <= 2_147_483_647;
}
