/** In the order of ASCII, so that texts of equal length compare like their numbers. */
const base62Digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A number in base 62, with leading zeros up to a length. */
export function toBase62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = base62Digits[Number(rest % 62n)] + text;
    rest /= 62n;
  }
  return text;
}

/** The same for a number below 2^53. */
export function smallToBase62(value: number, length: number): string {
  let rest = value;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = base62Digits[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Reads a number in base 62; the text has no other characters. */
export function fromBase62(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 62n + BigInt(base62Digits.indexOf(digit));
  return value;
}
