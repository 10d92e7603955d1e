import { isRounded } from './numbers.js';

/** A run of digits that may be an integer beyond 2^53. */
const long = /\d{16}/;
const jsonToken = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const markedNumber = /^\0(-?\d+)$/;

/** Whether a JSON text may hold an integer that a number would round. */
export function mayBeLong(text: string): boolean {
  return long.test(text);
}

/** Parses JSON and keeps all digits: integers that a number would round become bigints. */
export function parseJson(text: string): unknown {
  if (!long.test(text)) return JSON.parse(text) as unknown;
  const marks = text.replace(jsonToken, (found) => {
    const isBeyond = /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found));
    return isBeyond ? String.raw`"\u0000${found}"` : found;
  });
  return JSON.parse(marks, (_, value: unknown) => {
    const digits = typeof value === 'string' ? markedNumber.exec(value)?.[1] : undefined;
    return digits === undefined ? value : BigInt(digits);
  }) as unknown;
}

/** Why JSON would change a value, as a message for a field; undefined if it survives unchanged. */
export function jsonFault(value: unknown): string | undefined {
  if (everyValue(value, isRounded)) {
    return 'holds an integer with more digits than a JSON number keeps; write it as a string';
  }
  // JSON.stringify would write null instead. A body containing 1e999 has one.
  return everyValue(value, isNoNumber) ? 'holds a number that is not finite' : undefined;
}

function everyValue(value: unknown, isOne: (value: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return isOne(value);
  return Object.values(value).some((inside) => everyValue(inside, isOne));
}

function isNoNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}
