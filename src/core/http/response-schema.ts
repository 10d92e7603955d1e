import { problem } from '../errors/problem.js';
import { isInternalIdName } from '../ids/ids.js';
import type { JsonSchema } from '../view/json-schema.js';

/** The schema of a page of views. */
export function pageSchema(items: JsonSchema): JsonSchema {
  return {
    title: `${items.title}Page`,
    type: 'object',
    properties: {
      items: { type: 'array', items },
      nextCursor: { type: ['string', 'null'] },
    },
    required: ['items', 'nextCursor'],
    additionalProperties: false,
  };
}

/** Refuses a hand-written schema that lets undeclared properties or internal ids through. */
export function closedSchema(schema: JsonSchema, where: string): JsonSchema {
  const refuse = (why: string) =>
    problem('setup_refused', { detail: `The answer of ${where} ${why}.` });
  const types = [schema.type].flat();
  if (schema.type === undefined) throw refuse('has a schema without a type');
  if (types.includes('object')) {
    if (!schema.properties) throw refuse('is an object without declared properties');
    if (schema.additionalProperties) throw refuse('allows additional properties');
    for (const [name, property] of Object.entries(schema.properties)) {
      if (isInternalIdName(name))
        throw refuse(`has the property ${name}, the name of an internal id`);
      closedSchema(property, where);
    }
  }
  if (types.includes('array')) {
    if (!schema.items) throw refuse('is a list without declared items');
    closedSchema(schema.items, where);
  }
  return schema;
}
