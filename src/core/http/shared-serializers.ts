import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';

/**
 * Fastify's own compiler of serializers, asked once for each schema and not once for each route,
 * method and status: every route answers the same problems, and many answer the same view.
 */
export const sharedSerializers: ReturnType<typeof SerializerSelector> = (schemas, options) => {
  const compile = SerializerSelector()(schemas, options);
  const known = new WeakMap<object, ReturnType<typeof compile>>();
  return (route) => {
    const schema = route.schema as object;
    const serializer = known.get(schema) ?? compile(route);
    known.set(schema, serializer);
    return serializer;
  };
};
