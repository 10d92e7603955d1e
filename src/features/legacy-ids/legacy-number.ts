/** The pattern of an old number as it is accepted: as PostgreSQL writes it, and nothing else. */
export const legacyNumberPattern = '^[1-9][0-9]{0,18}$';

const maxBigint = '9223372036854775807';

/** Whether a text is a positive whole number that fits a `bigint`. */
export function isLegacyNumber(text: string): boolean {
  return /^[1-9][0-9]{0,18}$/.test(text) && !exceedsNumber(text, maxBigint);
}

/** Whether a number is greater than another one; both are written as above. */
export function exceedsNumber(text: string, limit: string): boolean {
  return text.length === limit.length ? text > limit : text.length > limit.length;
}
