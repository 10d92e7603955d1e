const decimal = /^[+-]?(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** How many decimals a written number has; trailing zeros do not count. */
export function decimalsOf(text: string): number {
  const [, , decimals = '', exponent = '0'] = decimal.exec(text.trim()) ?? [];
  const whole = decimals.replace(/0+$/, '');
  return whole === '' && Number(exponent) >= 0 ? 0 : Math.max(0, whole.length - Number(exponent));
}

/**
 * Whether a JavaScript number is certainly the one that was written: a double distinguishes numbers
 * of up to fifteen digits.
 */
export function isExact(value: number): boolean {
  const [digits = ''] = String(Math.abs(value)).split('e');
  const significant = digits.replace('.', '').replace(/^0+|0+$/g, '');
  return significant.length <= 15 || Number.isSafeInteger(value);
}

/**
 * Whether an integer in JSON may differ from the written one: from 2^53 on, numbers written with
 * all their digits are rounded when read.
 */
export function isRounded(value: unknown): boolean {
  const isInteger = typeof value === 'number' && Number.isInteger(value);
  return isInteger && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
}
