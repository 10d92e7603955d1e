import { isRounded } from './numbers.js';

/** A run of digits that may be an integer beyond 2^53. */
const long = /\d{16}/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = /^\0(-?\d+)$/;

/** Whether a text of JSON may hold an integer that a number would round. */
export function mayBeLong(text: string): boolean {
  return long.test(text);
}

/** Parses JSON and keeps all digits: integers that a number would round become bigints. */
export function parseJson(text: string): unknown {
  if (!long.test(text)) return JSON.parse(text) as unknown;
  const marks = text.replace(token, (found) => {
    const isBeyond = /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found));
    return isBeyond ? String.raw`"\u0000${found}"` : found;
  });
  return JSON.parse(marks, (_, value: unknown) => {
    const digits = typeof value === 'string' ? marked.exec(value)?.[1] : undefined;
    return digits === undefined ? value : BigInt(digits);
  }) as unknown;
}

/** What JSON would make another value of, in words for a field; undefined for what comes back as it is. */
export function jsonFault(value: unknown): string | undefined {
  if (holds(value, isRounded)) {
    return 'holds an integer of more digits than a number of JSON keeps; write it as a text';
  }
  // JSON.stringify writes null in their place. A body has one where it says 1e999.
  return holds(value, isNoNumber) ? 'holds a number that is not finite' : undefined;
}

function holds(value: unknown, isOne: (value: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return isOne(value);
  return Object.values(value).some((inside) => holds(inside, isOne));
}

function isNoNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}
