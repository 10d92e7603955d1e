import { problem } from '../errors/problem.js';
import { isInternalIdName } from '../ids/ids.js';
import type { JsonSchema } from './json-schema.js';

/** What a closed schema is made of. Every other keyword could let something undeclared through. */
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

const typeNames: ReadonlySet<unknown> = new Set([
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
 * names what declares it, as the first words of the refusal.
 */
export function closedSchema(schema: JsonSchema, where: string): JsonSchema {
  const refuse = (why: string) => problem('setup_refused', { detail: `${where} ${why}.` });
  if (schema.type === undefined) throw refuse('has a schema without a type');
  const types = [schema.type].flat();
  const unknownType = types.find((name) => !typeNames.has(name));
  if (unknownType !== undefined) throw refuse(`has a schema of the unknown type ${unknownType}`);
  const keyword = Object.keys(schema).find((name) => !keywords.has(name));
  if (keyword !== undefined) throw refuse(`has a schema with ${keyword}, which could let more out`);
  if (types.includes('object')) closedObject(schema, where, refuse);
  if (types.includes('array')) {
    if (!schema.items) throw refuse('is a list without declared items');
    closedSchema(schema.items, where);
  }
  return schema;
}

function closedObject(
  { properties, additionalProperties }: JsonSchema,
  where: string,
  refuse: (why: string) => Error,
): void {
  if (!properties) throw refuse('is an object without declared properties');
  if (additionalProperties) throw refuse('allows additional properties');
  for (const [name, property] of Object.entries(properties)) {
    if (isInternalIdName(name) && !property['x-external'])
      throw refuse(`has the property ${name}, the name of an internal id`);
    closedSchema(property, where);
  }
}
