import type { JsonSchema } from '../../../../core/view/json-schema.js';
import type { StructureCheck } from '../structure-check.js';
import { idTroubles } from '../id-names.js';

/** A property of an answer that carries a number where only a public id may be. */
export const numericIdInView: StructureCheck = {
  code: 'numeric_id_in_view',
  finds: 'a property of an answer that names an entity and is no UUID or slug',
  cure: 'Show the public id: `@Field() userUuid` reads it over the relation `user`.',
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
