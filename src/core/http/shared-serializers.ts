import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { valueCheckOf } from '../json-schema/value-check.js';
import { noteSerialized } from './serialized-text.js';

/** Serializes a payload exactly as a schema describes it. */
export type Serializer = (payload: unknown) => string;

/** What Fastify passes to a serializer compiler. */
interface SchemaOfRoute {
  readonly schema: unknown;
}

const compileSchema = SerializerSelector()({}, {});
const serializerBySchema = new WeakMap<object, Serializer>();

/**
 * Fastify's own serializer compiler, asked once per schema and not once for each route, method and
 * status: every route returns the same problems, and many return the same view. The output of these
 * serializers is known to be checked.
 */
export function sharedSerializer({ schema }: SchemaOfRoute): Serializer {
  const shape = schema as JsonSchema;
  const serializer = serializerBySchema.get(shape) ?? compileSerializer(shape);
  serializerBySchema.set(shape, serializer);
  return serializer;
}

/** Uses this serializer for a schema instead of compiling one. */
export function shareSerializer(schema: JsonSchema, serializer: Serializer): void {
  serializerBySchema.set(schema, serializer);
}

function compileSerializer(schema: JsonSchema): Serializer {
  const check = valueCheckOf(schema);
  const print = compileSchema({ schema } as never) as Serializer;
  if (!check) return (payload) => noteSerialized(print(payload));
  return (payload) => {
    check(payload);
    return noteSerialized(print(payload));
  };
}
