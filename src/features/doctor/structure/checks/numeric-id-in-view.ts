import type { JsonSchema } from '../../../../core/json-schema/json-schema.js';
import type { StructureCheck } from '../structure-check.js';
import { idTroubles } from '../id-names.js';

/** A property of a response that carries a number where only a public id is allowed. */
export const numericIdInView: StructureCheck = {
  code: 'numeric_id_in_view',
  finds: 'a property of a response that names an entity but is not a UUID or slug',
  fix: 'Show the public id: `@Field() userUuid` reads it over the relation `user`.',
  find: ({ views, routes, model }) => {
    const seen = new Map<string, JsonSchema>();
    for (const { name, schema } of views) seen.set(name, schema);
    for (const { method, url, answer, responseSchema } of routes) {
      if (answer.kind === 'schema' && responseSchema) seen.set(`${method} ${url}`, responseSchema);
    }
    return [...seen].flatMap(([place, schema]) =>
      idTroubles(schema, model).map(({ path, problem }) => ({
        place: `${place}.${path}`,
        problem,
      })),
    );
  },
};
