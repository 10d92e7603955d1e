/**
 * What a function of the application made for a response. Throws if no schema could print it, since
 * it would otherwise be silently left out.
 */
export function madeObject(value: unknown, maker: string): object {
  const kind = describedValue(value);
  if (kind === 'object') return value as object;
  throw new Error(`${maker} returned ${kind} instead of an object.`);
}

function describedValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  if (Array.isArray(value)) return 'a list';
  return typeof (value as { readonly then?: unknown }).then === 'function' ? 'a promise' : 'object';
}
