import { mayBeLong, parseJson } from '../values/json.js';
import type { JsonSchema } from './json-schema.js';
import { unshowable } from './unshowable.js';

/**
 * Shows integers that no number of JSON keeps as the texts they are declared to be; where they
 * are declared as numbers they stay, and no check of the schema takes them. A list or an object is
 * changed in place.
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

/** The same of JSON as text. */
export function parseDeclared(text: string, schema: JsonSchema): unknown {
  return mayBeLong(text) ? asDeclared(parseJson(text), schema) : (JSON.parse(text) as unknown);
}

/** Reads a number that the driver may give as text, as it gives a count. */
export function exactNumber(value: unknown): number | typeof unshowable {
  const read = Number(value);
  const isInteger = typeof value === 'bigint' || /^-?\d+$/.test(String(value));
  if (isInteger && typeof value !== 'number' && !Number.isSafeInteger(read)) return unshowable;
  return read;
}

/** Whether a list holds a list: PostgreSQL keeps dimensions that no schema of a column tells. */
export function isNested(list: readonly unknown[]): boolean {
  return list.some((item) => Array.isArray(item));
}
