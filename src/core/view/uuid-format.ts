import type { JsonSchema } from './json-schema.js';

/** Refuses a value that has something else where its schema declares a UUID. */
export type UuidCheck = (value: unknown) => void;

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The check of every field of format `uuid` in a schema, which a serializer would print whatever
 * they hold; undefined for a schema without any.
 */
export function uuidCheckOf(schema: JsonSchema, place = ''): UuidCheck | undefined {
  if (schema.format === 'uuid') return (value) => requireUuid(value, place);
  const item = schema.items && uuidCheckOf(schema.items, `${place}/*`);
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const check = uuidCheckOf(property, `${place}/${name}`);
    return check ? [{ name, check }] : [];
  });
  const options = (schema.anyOf ?? []).flatMap((option) => uuidCheckOf(option, place) ?? []);
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

/** A serializer prints what `toJSON` returns, where there is one. */
function shownOf(value: object): Record<string, unknown> {
  const { toJSON } = value as { readonly toJSON?: unknown };
  return (typeof toJSON === 'function' ? toJSON.call(value) : value) as Record<string, unknown>;
}

function requireUuid(value: unknown, place: string): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string' && value.length === 36 && uuid.test(value)) return;
  throw new Error(
    `${place} of an answer is declared as a UUID and holds ${describe(value)}. Read the public id into it, or declare another format.`,
  );
}

function describe(value: unknown): string {
  return typeof value === 'string' ? 'another text' : `a ${typeof value}`;
}
