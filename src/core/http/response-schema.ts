import { problem } from '../errors/problem.js';
import { closedSchema } from '../json-schema/closed-schema.js';
import type { JsonSchema } from '../json-schema/json-schema.js';

/** Where the next page begins. */
export const nextCursor: JsonSchema = {
  type: ['string', 'null'],
  description: 'Send it as `after` to get the next page; null on the last page.',
  examples: [null],
};

/** The schema of a page of views. */
export function pageSchema(items: JsonSchema): JsonSchema {
  return {
    title: `${items.title}Page`,
    type: 'object',
    properties: {
      items: { type: 'array', items, description: 'The items of this page.' },
      nextCursor,
    },
    required: ['items', 'nextCursor'],
    additionalProperties: false,
  };
}

/** Checks a hand-written response schema: closed, and with types the serializer handles. */
export function answerSchema(schema: JsonSchema, name: string): JsonSchema {
  const where = `The response of ${name}`;
  const closed = closedSchema(schema, where);
  const types = [closed.type].flat();
  if (types.every((type) => type === 'object' || type === 'array')) return closed;
  throw problem('setup_refused', {
    detail: `${where} is ${types.join(' or ')}, which no serializer checks; wrap it in an object.`,
  });
}

/** Checks that a Location uses only what the view shows, and returns the view's schema. */
export function checkLocation(
  location: string | undefined,
  schema: JsonSchema,
  name: string,
): JsonSchema {
  const names = [...(location ?? '').matchAll(/:(\w+)/g)].map(([, property]) => property!);
  const unknown = names.find((property) => !(property in schema.properties!));
  if (unknown === undefined) return schema;
  throw problem('setup_refused', {
    detail: `The location of ${name} uses :${unknown}, which ${schema.title} does not show.`,
  });
}
