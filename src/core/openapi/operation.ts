import type { CompiledRoute } from '../http/compiled-route.js';
import { parametersOf } from '../http/scope-check.js';
import { ownParametersOf } from '../http/route-description.js';
import { acceptedBy } from '../http/content-check.js';
import type { ErrorBodies } from '../http/error-bodies.js';
import { externalIdsOf } from '../ids/external-id.js';
import type { PagePlan } from '../page/page-plan.js';
import { pageLimits } from '../page/page.js';
import type { JsonSchema } from '../view/json-schema.js';
import { longestText } from '../page/filter-values.js';
import type { Components } from './components.js';
import { exampleOf } from './example.js';
import type { ExampleValues } from './example.js';
import { inputSchema } from './input-schema.js';

/** A parameter as OpenAPI writes it. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly example?: unknown;
  readonly style?: 'form';
  readonly explode?: boolean;
  readonly schema: JsonSchema;
}

/** The parts of an operation that follow from the compiled route. */
export interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}

/** What an operation is described with. */
interface Parts {
  readonly components: Components;
  /** The content of every error. */
  readonly refusal: object;
  readonly example: ExampleValues;
}

/** Describes a route exactly as it was compiled. */
export function operationOf(
  route: CompiledRoute,
  status: number,
  { components, refusal, example }: Parts,
): Operation {
  return {
    parameters: [
      ...pathParameters(route),
      ...pageParameters(route),
      ...conditions(route),
      ...ownParameters(route),
      ...queryParameters(route),
    ],
    ...requestBody(route, components),
    responses: {
      ...notModified(route),
      [status]: { ...success(route, components, example), ...headers(route, status) },
      '4XX': { description: 'The request was refused; the body says why.', content: refusal },
      '5XX': { description: 'The server failed; nothing was changed.', content: refusal },
    },
  };
}

/** The content of every error of an application: problems, or what it shows in their place. */
export function refusalContent(errors: ErrorBodies, components: Components): object {
  return { [errors.mediaType]: { schema: components.place(errors.described) } };
}

function requestBody({ body, origin }: CompiledRoute, components: Components) {
  if (!body) return {};
  const schema = inputSchema(body);
  const described = mediaContent(components.place(schema), exampleOf(schema));
  return { requestBody: { required: true, content: contentOf(origin, described) } };
}

/** The content of a body under each media type that a route takes. */
export function contentOf(
  origin: CompiledRoute['origin'],
  content: object,
  said: Readonly<Record<string, object>> = {},
): object {
  const types = acceptedBy(origin) ?? [json];
  return Object.fromEntries(types.map((type) => [type, said[type] ?? content]));
}

const tagExample = { type: 'string', examples: ['"7-9f2c4e1ab03d5c68"'] };

function conditions({ method, takesIfMatch, hasVersion }: CompiledRoute): Parameter[] {
  const change = 'The ETag the change is based on; another version is refused with 412.';
  const read = 'The ETag of an answer that is known; 304 while it is still the same.';
  return [
    ...(takesIfMatch ? [condition('If-Match', change)] : []),
    ...(hasVersion && method === 'GET' ? [condition('If-None-Match', read)] : []),
  ];
}

function condition(name: string, description: string): Parameter {
  return { name, in: 'header', required: false, description, schema: tagExample };
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

/** Public ids in the query, and the properties of the class that a query is validated with. */
function queryParameters({ query: { ids, input } }: CompiledRoute): Parameter[] {
  const { properties = {}, required = [] } = input ? inputSchema(input) : {};
  const single = [...ids.keys()].filter((name) => !(name in properties));
  return [
    ...single.map((name) => query(name, { type: 'string', format: 'uuid' }, 'A public id.')),
    ...Object.entries(properties).map(([name, { description = '', ...schema }]): Parameter => {
      const isRequired = required.includes(name);
      return { name, in: 'query', required: isRequired, description, schema };
    }),
  ];
}

function pathParameters({
  url,
  pathParameters: checkedOnes,
  plainParameters,
}: CompiledRoute): Parameter[] {
  return parametersOf(url).map((name) => {
    const checked = checkedOnes.find((parameter) => parameter.name === name);
    const schema: JsonSchema =
      checked?.versions === undefined
        ? { type: 'string', ...plainParameters.get(name) }
        : { type: 'string', format: 'uuid' };
    return { name, in: 'path', required: true, schema };
  });
}

function pageParameters({ page }: CompiledRoute): Parameter[] {
  if (!page) return [];
  const { filters, search } = page.plan;
  const external = externalIdsOf(page.binding.target);
  const limit = { minimum: 1, maximum: pageLimits.most, default: pageLimits.default };
  return [
    query('limit', { type: 'integer', ...limit }, 'The maximum number of items on a page.'),
    query('after', { type: 'string' }, '`nextCursor` of the page before.'),
    ...sortParameter(page.plan),
    ...[...filters].map(([name, { parser, operator }]) =>
      query(
        name,
        external.has(name) ? { ...parser.schema, 'x-external': true } : parser.schema,
        `Only items where it is ${operator} this value.`,
      ),
    ),
    ...(search.length > 0
      ? [query('q', { type: 'string', minLength: 1, maxLength: longestText }, 'Text to search.')]
      : []),
  ];
}

/** `sort=-createdAt,name`: a list in one parameter. */
function sortParameter({ sortable, defaultSort }: PagePlan): Parameter[] {
  if (sortable.size === 0) return [];
  const fields = [...sortable.keys()].flatMap((field) => [field, `-${field}`]);
  const order = defaultSort.map(({ field, descending }) => (descending ? `-${field}` : field));
  const items = { type: 'string', enum: fields };
  const schema = { type: 'array', items, minItems: 1, uniqueItems: true, default: order };
  return [
    { ...query('sort', schema, 'The order, descending with `-`.'), style: 'form', explode: false },
  ];
}

function query(name: string, schema: JsonSchema, description: string): Parameter {
  return { name, in: 'query', required: false, description, schema };
}

function success(route: CompiledRoute, components: Components, example: ExampleValues): object {
  const { answer, responseSchema, envelope } = route;
  if (answer.kind === 'nothing') return { description: 'Done.' };
  if (!responseSchema) return { description: (answer as { reason: string }).reason };
  const inner = envelope?.answer ?? responseSchema;
  const shown = answer.kind === 'page' ? pageExample(inner, example) : exampleOf(inner, example);
  return {
    description: 'The answer.',
    content: jsonContent(
      components.place(responseSchema),
      envelope ? exampleOf(responseSchema, { [envelope.property]: shown }) : shown,
    ),
  };
}

function headers({ answer, hasVersion }: CompiledRoute, status: number): object {
  const isLocated = answer.kind === 'view' && answer.location !== undefined && status === 201;
  const described = {
    ...(hasVersion ? { ETag: header('The version and a hash of this answer.', tagExample) } : {}),
    ...(isLocated ? { Location: header('The address.', { format: 'uri-reference' }) } : {}),
  };
  return Object.keys(described).length > 0 ? { headers: described } : {};
}

function notModified({ method, hasVersion }: CompiledRoute): object {
  if (!hasVersion || method !== 'GET') return {};
  return { 304: { description: 'The answer that If-None-Match names is still the same.' } };
}

function header(description: string, schema: JsonSchema): object {
  return { description, schema: { type: 'string', ...schema } };
}

function pageExample({ properties }: JsonSchema, example: ExampleValues): object | undefined {
  const item = exampleOf(properties!['items']!.items!, example);
  return item === undefined ? undefined : { items: [item], nextCursor: null };
}

const json = 'application/json';

function jsonContent(schema: JsonSchema, example: unknown): object {
  return { [json]: mediaContent(schema, example) };
}

function mediaContent(schema: JsonSchema, example: unknown): object {
  return { schema, ...(example === undefined ? {} : { example }) };
}
