import type { JsonSchema } from '../json-schema/json-schema.js';
import { mayBeLong, parseJson } from '../values/json.js';
import { unshowable } from './unshowable.js';

/**
 * Shows integers too large for a JSON number as the text they are declared to be; where they are
 * declared as numbers they stay, and fail every schema check. Changes a list or an object in place.
 */
export function asDeclared(value: unknown, schema: JsonSchema | undefined): unknown {
  if (typeof value === 'bigint') {
    const names = [schema?.type].flat();
    if (names.includes('integer') || names.includes('number')) return value;
    return String(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  const inside = value as Record<string, unknown>;
  for (const [name, part] of Object.entries(inside)) {
    const isPart = typeof part === 'bigint' || typeof part === 'object';
    const declared = Array.isArray(value) ? schema?.items : schema?.properties?.[name];
    if (isPart) inside[name] = asDeclared(part, declared);
  }
  return value;
}

/** The same for JSON as text. */
export function parseDeclared(text: string, schema: JsonSchema): unknown {
  return mayBeLong(text) ? asDeclared(parseJson(text), schema) : (JSON.parse(text) as unknown);
}

/** Reads a number that the driver may return as text, as for a count. */
export function exactNumber(value: unknown): number | typeof unshowable {
  const read = Number(value);
  const isInteger = typeof value === 'bigint' || /^-?\d+$/.test(String(value));
  if (isInteger && typeof value !== 'number' && !Number.isSafeInteger(read)) return unshowable;
  return read;
}

/**
 * Whether a list contains a list: PostgreSQL stores dimensions that a column's schema does not
 * show.
 */
export function isNested(list: readonly unknown[]): boolean {
  return list.some((item) => Array.isArray(item));
}
