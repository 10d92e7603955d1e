import type { JsonSchema } from '../../../../core/json-schema/json-schema.js';
import { idTroubles, idTroubleOf } from '../id-names.js';
import type { Fault, StructureCheck, Subject } from '../structure-check.js';
import { operationsOf } from '../operations.js';

/** The API description invites clients to send or expect an internal id. */
export const openApiInternalId: StructureCheck = {
  code: 'openapi_internal_id',
  finds: 'a parameter or schema of the API description that carries an internal id',
  fix: 'Rename the parameter to its public form and check it with @PublicIdParam, @Bind or a filter of the view.',
  find: ({ document, model }) => {
    if (!document) return [];
    return [...parameterFaults(document, model), ...schemas(document, model)];
  },
};

function parameterFaults(document: object, model: Subject['model']): readonly Fault[] {
  return operationsOf(document).flatMap(({ key, parameters: all }) =>
    all.flatMap(({ name, schema = {} }) => {
      const problem = idTroubleOf(name, schema, model);
      return problem ? [{ place: `${key} ${name}`, problem }] : [];
    }),
  );
}

function schemas(document: object, model: Subject['model']): readonly Fault[] {
  const { components } = document as {
    components?: { schemas?: Readonly<Record<string, JsonSchema>> };
  };
  return Object.entries(components?.schemas ?? {}).flatMap(([name, schema]) =>
    idTroubles(schema, model).map(({ path, problem }) => ({ place: `${name}.${path}`, problem })),
  );
}
