import { problem } from '../errors/problem.js';
import { closedSchema } from '../view/closed-schema.js';
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

/** Checks a hand-written answer: closed, and something the serializer gets to see. */
export function answerSchema(schema: JsonSchema, name: string): JsonSchema {
  const where = `The answer of ${name}`;
  const closed = closedSchema(schema, where);
  const types = [closed.type].flat();
  if (types.every((type) => type === 'object' || type === 'array')) return closed;
  throw problem('setup_refused', {
    detail: `${where} is ${types.join(' or ')}, which no serializer checks; put it into an object.`,
  });
}

/** Checks that a Location is made of what the view shows, and returns the view's schema. */
export function checkLocation(
  location: string | undefined,
  schema: JsonSchema,
  name: string,
): JsonSchema {
  const names = [...(location ?? '').matchAll(/:(\w+)/g)].map(([, property]) => property!);
  const unknown = names.find((property) => !(property in schema.properties!));
  if (unknown === undefined) return schema;
  throw problem('setup_refused', {
    detail: `The location of ${name} names :${unknown}, which ${schema.title} does not show.`,
  });
}
