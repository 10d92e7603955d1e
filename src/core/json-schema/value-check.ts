import { isUuidText } from '../ids/any-uuid.js';
import type { JsonSchema } from './json-schema.js';

/**
 * Refuses a value where its schema declares a UUID or one constant and the value is something else.
 */
export type ValueCheck = (value: unknown) => void;

/**
 * Checks every field of format `uuid` in a schema, which a serializer would print whatever it
 * holds, and every `const`, which it would print instead of anything else; undefined for a schema
 * without any.
 */
export function valueCheckOf(schema: JsonSchema, place = ''): ValueCheck | undefined {
  if (schema.const !== undefined) return (value) => requireSame(value, schema, place);
  if (schema.format === 'uuid') return (value) => requireDeclaredUuid(value, place);
  const item = schema.items && valueCheckOf(schema.items, `${place}/*`);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const check = valueCheckOf(property, `${place}/${name}`);
    return check ? [{ name, check }] : [];
  });
  const options = (schema.anyOf ?? []).flatMap((option) => valueCheckOf(option, place) ?? []);
  if (!item && fields.length === 0) return options[0];
  return (value) => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      if (item) for (const element of value) item(element);
      return;
    }
    const shown = shownOf(value);
    for (const { name, check } of fields) check(shown[name]);
  };
}

/** A serializer prints the result of `toJSON`, if there is one. */
function shownOf(value: object): Record<string, unknown> {
  const { toJSON } = value as { readonly toJSON?: unknown };
  return (typeof toJSON === 'function' ? toJSON.call(value) : value) as Record<string, unknown>;
}

function requireDeclaredUuid(value: unknown, place: string): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string' && isUuidText(value)) return;
  throw new Error(
    `${place} of a response is declared as a UUID and holds ${valueKind(value)}. Read the public id into it, or declare another format.`,
  );
}

function requireSame(value: unknown, { const: only, type }: JsonSchema, place: string): void {
  const mayBeNull = value === null && [type].flat().includes('null');
  if (value === only || value === undefined || mayBeNull) return;
  throw new Error(
    `${place} of a response is declared as ${JSON.stringify(only)} and holds something else. Declare the other values as well, with enum.`,
  );
}

function valueKind(value: unknown): string {
  return typeof value === 'string' ? 'a string that is not a UUID' : `a ${typeof value}`;
}
