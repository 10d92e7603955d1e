import type { CompiledRoute } from '../http/compiled-route.js';
import { operationTextOf } from '../http/describe.decorators.js';
import type { PathParameter } from '../http/path-parameter.js';
import { ownParametersOf } from '../http/route-description.js';
import { parametersOf } from '../http/scope-check.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { viewSpecOf } from '../view/view.decorator.js';
import { acceptingParameter } from './accepted-instead.js';
import { entityTagSchema } from './entity-tag-schema.js';
import { inputSchema } from './input-schema.js';
import { pageParameters } from './page-query.js';
import type { Parameter } from './parameter.js';
import { optionalQuery } from './parameter.js';

/** The parameters that a route takes, exactly as it was compiled. */
export function describedParameters(route: CompiledRoute): readonly Parameter[] {
  const parameters = [
    ...pathParameters(route),
    ...pageParameters(route),
    ...conditions(route),
    ...ownParameters(route),
    ...queryParameters(route),
  ];
  return parameters.map((one) => acceptingParameter(route, one));
}

function conditions({ method, takesIfMatch, hasVersion }: CompiledRoute): Parameter[] {
  const change = 'The ETag that the change is based on; any other version is refused with 412.';
  const read = 'The ETag of an earlier response; the response is 304 while nothing has changed.';
  return [
    ...(takesIfMatch ? [condition('If-Match', change)] : []),
    ...(hasVersion && method === 'GET' ? [condition('If-None-Match', read)] : []),
  ];
}

function condition(name: string, description: string): Parameter {
  return { name, in: 'header', required: false, description, schema: entityTagSchema };
}

function ownParameters({ origin }: CompiledRoute): Parameter[] {
  return ownParametersOf(origin).map(({ name, in: place, description, schema }) => ({
    name,
    in: place,
    required: false,
    description,
    schema,
  }));
}

/** Public ids in the query, and the properties of the class that validates a query. */
function queryParameters({ query: { ids, input } }: CompiledRoute): Parameter[] {
  const { properties = {}, required = [] } = input ? inputSchema(input) : {};
  const single = [...ids.keys()].filter((name) => !Object.hasOwn(properties, name));
  return [
    ...single.map((name) =>
      optionalQuery(name, { type: 'string', format: 'uuid' }, 'A public id.'),
    ),
    ...Object.entries(properties).map(([name, { description = '', ...schema }]): Parameter => {
      const isRequired = required.includes(name);
      return { name, in: 'query', required: isRequired, description, schema };
    }),
  ];
}

function pathParameters(route: CompiledRoute): Parameter[] {
  return parametersOf(route.url).map((name) => pathParameter(route, name));
}

function pathParameter(route: CompiledRoute, name: string): Parameter {
  const checked = route.pathParameters.find((parameter) => parameter.name === name);
  const schema = ownSchema(route, name, checked);
  const { parameters = {} } = operationTextOf(route.origin) ?? {};
  const description = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  const example = checked && boundExample(route, checked);
  return {
    name,
    in: 'path',
    required: true,
    ...(description ? { description } : {}),
    ...(example === undefined ? {} : { example }),
    schema,
  };
}

function ownSchema(
  { plainParameters }: CompiledRoute,
  name: string,
  checked: PathParameter | undefined,
): JsonSchema {
  return checked?.versions === undefined
    ? { type: 'string', ...plainParameters.get(name) }
    : { type: 'string', format: 'uuid' };
}

/** The address that the example of a bound view has. */
function boundExample({ bindings }: CompiledRoute, { name, versions }: PathParameter): unknown {
  const bound = bindings.find(({ kind, parameter }) => kind === 'view' && parameter === name);
  const { example = {} } = (bound && viewSpecOf(bound.target)?.options) ?? {};
  return example[versions === undefined ? 'slug' : 'uuid'];
}
