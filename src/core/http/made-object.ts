/**
 * What a function of the application has made for an answer. Throws where it is nothing that a
 * schema could print, which would leave without it and without a word.
 */
export function madeObject(value: unknown, maker: string): object {
  const kind = kindOf(value);
  if (kind === 'object') return value as object;
  throw new Error(`${maker} returned ${kind} instead of an object.`);
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  if (Array.isArray(value)) return 'a list';
  return typeof (value as { readonly then?: unknown }).then === 'function' ? 'a promise' : 'object';
}
