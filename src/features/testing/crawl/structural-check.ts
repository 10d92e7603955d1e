import type { JsonSchema } from '../../../core/json-schema/json-schema.js';
import { isRecord } from '../../../core/values/record.js';
import { isPrintedUuid } from '../scan/printed-uuid.js';
import type { ApiDescription } from './api-description.js';
import { describesUuid } from './api-description.js';

/**
 * Where a body deviates from its documented schema: undeclared properties, missing ones, wrong
 * types, values outside an enumeration, invalid public ids.
 */
export function mismatches(
  value: unknown,
  schema: JsonSchema,
  api: ApiDescription,
): readonly string[] {
  return check(value, schema, { api, pointer: '' });
}

interface ResponsePlace {
  readonly api: ApiDescription;
  readonly pointer: string;
}

function check(value: unknown, reference: JsonSchema, place: ResponsePlace): readonly string[] {
  const schema = place.api.resolve(reference);
  if (schema.anyOf) {
    const tries = schema.anyOf.map((option) => check(value, option, place));
    return tries.find((found) => found.length === 0) ?? tries[0] ?? [];
  }
  const at = place.pointer || 'the body';
  const types = [schema.type].flat().filter((type) => type !== undefined);
  if (types.length === 0 && !schema.enum && !schema.properties) return [`${at} has no type`];
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) {
    return [`${at} is not of type ${types.join(' or ')}`];
  }
  if (schema.enum && !schema.enum.includes(value))
    return [`${at} is not a value of its enumeration`];
  if (schema.const !== undefined && value !== schema.const) return [`${at} is not its constant`];
  if (describesUuid(schema) && typeof value === 'string' && !isPrintedUuid(value)) {
    return [`${at} is not a lower-case UUID`];
  }
  return faultsInside(value, schema, place);
}

function faultsInside(value: unknown, schema: JsonSchema, place: ResponsePlace): readonly string[] {
  const below = (name: string | number) => ({ ...place, pointer: `${place.pointer}/${name}` });
  if (Array.isArray(value)) {
    if (!schema.items) return [`${place.pointer || 'the body'} is a list without declared items`];
    return value.flatMap((item) => check(item, schema.items!, below('*')));
  }
  if (!isRecord(value)) return [];
  const properties = schema.properties ?? {};
  const missing = (schema.required ?? []).filter((name) => !(name in value));
  return [
    ...missing.map((name) => `${below(name).pointer} is missing`),
    ...Object.entries(value).flatMap(([name, inner]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return property
        ? check(inner, property, below(name))
        : [`${below(name).pointer} is not in the schema`];
    }),
  ];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  return typeof value === type;
}
