import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { JsonSchema } from '../view/json-schema.js';
import { valueCheckOf } from '../view/value-check.js';
import { noteSerialized } from './serialized-text.js';

/** Makes the text of a payload, exactly as a schema describes it. */
export type Serializer = (payload: unknown) => string;

/** What Fastify hands to a compiler of serializers. */
interface SchemaOfRoute {
  readonly schema: unknown;
}

const compileSchema = SerializerSelector()({}, {});
const known = new WeakMap<object, Serializer>();

/**
 * Fastify's own compiler of serializers, asked once for each schema and not once for each route,
 * method and status: every route answers the same problems, and many answer the same view. What
 * these serializers make is known to be checked.
 */
export function sharedSerializer({ schema }: SchemaOfRoute): Serializer {
  const shape = schema as JsonSchema;
  const serializer = known.get(shape) ?? compile(shape);
  known.set(shape, serializer);
  return serializer;
}

/** Takes this serializer for a schema, instead of one that is compiled. */
export function shareSerializer(schema: JsonSchema, serializer: Serializer): void {
  known.set(schema, serializer);
}

function compile(schema: JsonSchema): Serializer {
  const check = valueCheckOf(schema);
  const print = compileSchema({ schema } as never) as Serializer;
  if (!check) return (payload) => noteSerialized(print(payload));
  return (payload) => {
    check(payload);
    return noteSerialized(print(payload));
  };
}
