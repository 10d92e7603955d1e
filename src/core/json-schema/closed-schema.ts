import { problem } from '../errors/problem.js';
import { internalName } from '../ids/id-faults.js';
import { isInternalIdName } from '../ids/id-names.js';
import type { JsonSchema } from './json-schema.js';

/** The keywords of a closed schema. Every other keyword could let something undeclared through. */
const keywords: ReadonlySet<string> = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'const',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'default',
  'title',
  'description',
  'examples',
  'x-external',
]);

const schemaTypes: ReadonlySet<unknown> = new Set([
  'object',
  'array',
  'string',
  'integer',
  'number',
  'boolean',
  'null',
]);

/**
 * Refuses a hand-written schema that lets undeclared properties or internal ids through. `where`
 * names the declaration, at the start of the error message. Where only values are declared, as in
 * `{ const: 'ok' }`, the returned schema also has their type.
 */
export function closedSchema(schema: JsonSchema, where: string): JsonSchema {
  const refuse = (why: string) => problem('setup_refused', { detail: `${where} ${why}.` });
  const { types, isGiven } = schemaTypesOf(schema, refuse);
  const keyword = Object.keys(schema).find((name) => !keywords.has(name));
  if (keyword !== undefined) throw refuse(`has a schema with ${keyword}, which could let more out`);
  const properties = types.includes('object') ? closeObject(schema, where, refuse) : {};
  const items = types.includes('array') ? closedItems(schema, where, refuse) : {};
  const type = types.length === 1 ? types[0]! : types;
  const closed = { ...(isGiven ? {} : { type }), ...properties, ...items };
  // A serializer is found by the very schema it was made from.
  return Object.keys(closed).length === 0 ? schema : { ...schema, ...closed };
}

type Refuse = (why: string) => Error;

/** The types of a schema, or those of the values it declares. */
function schemaTypesOf(
  schema: JsonSchema,
  refuse: Refuse,
): { readonly types: readonly string[]; readonly isGiven: boolean } {
  const values = schema.const === undefined ? (schema.enum ?? []) : [schema.const];
  const valueTypes = [...new Set(values.map(typeOfValue))];
  // A value with contents would be sent with everything in it.
  if (valueTypes.includes(undefined)) throw refuse('declares a value that contains other values');
  const isGiven = schema.type !== undefined;
  const types = isGiven ? [schema.type].flat() : (valueTypes as string[]);
  if (types.length === 0) throw refuse('has a schema without a type');
  const unknownType = types.find((name) => !schemaTypes.has(name));
  if (unknownType !== undefined) throw refuse(`has a schema of the unknown type ${unknownType}`);
  const other = valueTypes.find((name) => !types.includes(name!) && !isIntegerValue(name, types));
  if (other !== undefined) throw refuse(`declares a value that matches none of its types`);
  return { types, isGiven };
}

function typeOfValue(value: unknown): string | undefined {
  if (value === null) return 'null';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' ? type : undefined;
}

function isIntegerValue(name: string | undefined, types: readonly string[]): boolean {
  return name === 'number' && types.includes('integer');
}

function closedItems({ items }: JsonSchema, where: string, refuse: Refuse): JsonSchema {
  if (!items) throw refuse('is a list without declared items');
  const closed = closedSchema(items, where);
  return closed === items ? {} : { items: closed };
}

function closeObject(
  { properties, additionalProperties }: JsonSchema,
  where: string,
  refuse: Refuse,
): JsonSchema {
  if (!properties) throw refuse('is an object without declared properties');
  if (additionalProperties) throw refuse('allows additional properties');
  const closed = Object.entries(properties).map(([name, property]) => {
    if (isInternalIdName(name) && !property['x-external'])
      throw refuse(`has the property ${name}, ${internalName}`);
    return [name, closedSchema(property, where)] as const;
  });
  const isSame = closed.every(([name, property]) => property === properties[name]);
  return isSame ? {} : { properties: Object.fromEntries(closed) };
}
