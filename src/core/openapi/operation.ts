import { acceptedBy } from '../http/content-check.js';
import type { CompiledRoute } from '../http/compiled-route.js';
import type { ErrorBodies } from '../http/error-bodies.js';
import type { JsonSchema } from '../json-schema/json-schema.js';
import { acceptingBody } from './accepted-instead.js';
import type { Components } from './components.js';
import { entityTagSchema } from './entity-tag-schema.js';
import { exampleOf } from './example.js';
import type { Glossary } from './glossary.js';
import { inputSchema } from './input-schema.js';
import type { Parameter } from './parameter.js';
import { describedParameters } from './parameters.js';
import type { Requirement } from './security.js';
import { securityOf } from './security.js';
import { jsonMediaType } from '../http/media-type.js';

/** The parts of an operation derived from the compiled route. */
export interface Operation {
  readonly parameters: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
  readonly security?: readonly Requirement[];
  /** Whether callers without the permission may call it for their own rows. */
  readonly 'x-own-rows'?: true;
  /** The scope with which guests may call it for their row. */
  readonly 'x-guest-scope'?: string;
}

/** The inputs for describing an operation. */
interface OperationParts {
  readonly components: Components;
  /** The content of every error. */
  readonly refusal: object;
  readonly glossary: Glossary;
  /** Whether routes ask for credentials. */
  readonly isGuarded: boolean;
}

/** Describes a route exactly as it was compiled. */
export function operationOf(
  route: CompiledRoute,
  status: number,
  parts: OperationParts,
): Operation {
  const { glossary, refusal } = parts;
  const security = parts.isGuarded ? securityOf(route) : undefined;
  return {
    ...(security && { security }),
    ...(security && ownRows(route)),
    parameters: describedParameters(route).map((one) => glossary.parameter(one)),
    ...requestBody(route, parts),
    responses: {
      ...notModified(route),
      [status]: { ...success(route, status, parts), ...headerObjects(route, status) },
      '4XX': { description: 'The request was refused; the body explains why.', content: refusal },
      '5XX': { description: 'The server failed; nothing was changed.', content: refusal },
    },
  };
}

function ownRows({ policy }: CompiledRoute): Pick<Operation, 'x-own-rows' | 'x-guest-scope'> {
  if (policy?.kind !== 'own') return {};
  const { guest } = policy;
  return { 'x-own-rows': true, ...(guest === undefined ? {} : { 'x-guest-scope': guest }) };
}

/** The content of every error of an application: problems, or its own format. */
export function refusalContent(errors: ErrorBodies, components: Components): object {
  return { [errors.mediaType]: { schema: components.place(errors.described) } };
}

function requestBody(route: CompiledRoute, { components, glossary }: OperationParts) {
  const { body, origin } = route;
  if (!body) return {};
  const schema = glossary.explained(inputSchema(body));
  const accepting = acceptingBody(route, schema);
  const described = mediaContent(components.place(accepting), exampleOf(schema));
  return { requestBody: { required: true, content: contentOf(origin, described) } };
}

/** The content of a body under each media type that a route accepts. */
export function contentOf(
  origin: CompiledRoute['origin'],
  content: object,
  said: Readonly<Record<string, object>> = {},
): object {
  const types = acceptedBy(origin) ?? [jsonMediaType];
  return Object.fromEntries(types.map((type) => [type, said[type] ?? content]));
}

function success(
  { answer, responseSchema, envelope }: CompiledRoute,
  status: number,
  { components, glossary }: OperationParts,
): object {
  if (answer.kind === 'nothing') return { description: 'Done; there is no body.' };
  if (!responseSchema) return { description: (answer as { reason: string }).reason };
  const schema = glossary.explained(responseSchema);
  const inner = envelope ? schema.properties![envelope.property]! : schema;
  const shown = answer.kind === 'page' ? pageExample(inner) : exampleOf(inner);
  const example = envelope ? exampleOf(schema, { [envelope.property]: shown }) : shown;
  const description = status === 201 ? 'Created.' : 'The request succeeded.';
  return {
    description,
    content: { [jsonMediaType]: mediaContent(components.place(schema), example) },
  };
}

function headerObjects({ answer, hasVersion, translation }: CompiledRoute, status: number): object {
  const isLocated = answer.kind === 'view' && answer.location !== undefined && status === 201;
  const described = {
    ...(hasVersion
      ? { ETag: headerObject('The version and a hash of this response.', entityTagSchema) }
      : {}),
    ...(isLocated
      ? { Location: headerObject('The address of what was created.', { format: 'uri-reference' }) }
      : {}),
    ...translated(translation?.headers),
  };
  return Object.keys(described).length > 0 ? { headers: described } : {};
}

function translated(headers: Readonly<Record<string, string>> = {}): object {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, meaning]) => [name, headerObject(meaning, {})]));
}

function notModified({ method, hasVersion }: CompiledRoute): object {
  if (!hasVersion || method !== 'GET') return {};
  return {
    304: { description: 'Nothing has changed since the response that If-None-Match names.' },
  };
}

function headerObject(description: string, schema: JsonSchema): object {
  return { description, schema: { type: 'string', ...schema } };
}

function pageExample({ properties }: JsonSchema): object | undefined {
  const item = exampleOf(properties!['items']!.items!);
  return item === undefined ? undefined : { items: [item], nextCursor: null };
}

function mediaContent(schema: JsonSchema, example: unknown): object {
  return { schema, ...(example === undefined ? {} : { example }) };
}
