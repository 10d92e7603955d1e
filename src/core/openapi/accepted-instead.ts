import type { CompiledRoute } from '../http/compiled-route.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { Parameter } from './parameter.js';

type Translated = Pick<CompiledRoute, 'translation'>;

/** A parameter with what the route accepts in it besides public ids. */
export function acceptingParameter({ translation }: Translated, parameter: Parameter): Parameter {
  if (parameter.in !== 'path' && parameter.in !== 'query') return parameter;
  if (!translation?.places[parameter.in].has(parameter.name)) return parameter;
  return { ...parameter, schema: besides(parameter.schema, translation.alternative) };
}

/** The same for a body, which is then one of this route alone and no component. */
export function acceptingBody({ translation }: Translated, schema: JsonSchema): JsonSchema {
  const paths = [...(translation?.places.body.keys() ?? [])];
  return paths.reduce(
    (body, path) => accepting(body, path.split('.'), sentIn(translation!)),
    schema,
  );
}

/** A body may have a number as such. */
function sentIn({ alternative }: NonNullable<CompiledRoute['translation']>): JsonSchema {
  return { ...alternative, type: ['string', 'integer'] };
}

function accepting(
  schema: JsonSchema,
  path: readonly string[],
  alternative: JsonSchema,
): JsonSchema {
  if (schema.items) return { ...schema, items: accepting(schema.items, path, alternative) };
  const [name = '', ...rest] = path;
  const property = schema.properties?.[name];
  if (!property) return path.length === 0 ? besides(schema, alternative) : schema;
  const { title: _title, ...open } = schema;
  const accepted = accepting(property, rest, alternative);
  return { ...open, properties: { ...schema.properties, [name]: accepted } };
}

function besides(schema: JsonSchema, alternative: JsonSchema): JsonSchema {
  return { anyOf: [schema, alternative] };
}
