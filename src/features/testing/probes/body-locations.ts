import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { isRecord } from '../../../core/values/record.js';
import type { ApiDescription } from '../crawl/api-description.js';

/** One value of a body: its place, and how the description declares it. */
export interface Location {
  readonly keys: readonly (string | number)[];
  readonly schema: JsonSchema;
  readonly value: unknown;
}

/** Every value of a body, the body itself first; only the first item of a list. */
export function locationsIn(
  value: unknown,
  schema: JsonSchema,
  api: ApiDescription,
): readonly Location[] {
  return walk({ keys: [], schema: api.shapeOf(schema), value }, api);
}

/** A copy of a body with a different value at a place; undefined removes it. */
export function withValue(
  body: unknown,
  [key, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (key === undefined) return value;
  if (Array.isArray(body)) {
    return body.map((item, index) => (index === key ? withValue(item, rest, value) : item));
  }
  const record = isRecord(body) ? body : {};
  return { ...record, [key]: withValue(record[key], rest, value) };
}

function walk(location: Location, api: ApiDescription): readonly Location[] {
  const { keys, schema, value } = location;
  const below = (key: string | number, inner: JsonSchema, found: unknown) =>
    walk({ keys: [...keys, key], schema: api.shapeOf(inner), value: found }, api);
  if (Array.isArray(value)) {
    return [location, ...(schema.items ? below(0, schema.items, value[0]) : [])];
  }
  if (!schema.properties) return [location];
  const record = isRecord(value) ? value : {};
  const properties = Object.entries(schema.properties);
  return [location, ...properties.flatMap(([name, inner]) => below(name, inner, record[name]))];
}
