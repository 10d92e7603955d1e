/** A run of digits that may be an integer beyond 2^53. */
const long = /\d{16}/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const marked = /^\0(-?\d+)$/;

/** Tells whether a text of JSON may hold an integer that a number would round. */
export function mayBeLong(text: string): boolean {
  return long.test(text);
}

/** Parses JSON and keeps all digits: integers that a number would round become bigints. */
export function parseJson(text: string): unknown {
  if (!long.test(text)) return JSON.parse(text) as unknown;
  const marks = text.replace(token, (found) => {
    const isRounded = /^-?\d{16,}$/.test(found) && !Number.isSafeInteger(Number(found));
    return isRounded ? String.raw`"\u0000${found}"` : found;
  });
  return JSON.parse(marks, (_, value: unknown) => {
    const digits = typeof value === 'string' ? marked.exec(value)?.[1] : undefined;
    return digits === undefined ? value : BigInt(digits);
  }) as unknown;
}
