import { problem } from '../errors/problem.js';
import type { CompiledRoute } from '../http/compiled-route.js';
import { acceptedBy } from '../http/content-check.js';
import { requireFitting } from '../view/api-notes.js';
import type { Operation, Parameter } from './operation.js';
import { contentOf } from './operation.js';

/** A response as OpenAPI writes it. */
interface Response {
  readonly description?: string;
  readonly headers?: object;
  readonly content?: object;
}

/** What @nestjs/swagger found out about a route, from its decorators as well. */
export interface KnownOperation {
  readonly parameters?: readonly (Partial<Parameter> & Pick<Parameter, 'name' | 'in'>)[];
  readonly requestBody?: { readonly description?: string; readonly content?: object };
  readonly responses?: Readonly<Record<string, Response>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * What decorators say is added to what the compiled route does, whose parameters and schemas win.
 */
export function merged(
  known: KnownOperation,
  operation: Operation,
  route: CompiledRoute,
): KnownOperation & Operation {
  return {
    ...known,
    ...operation,
    ...mergedBody(known, operation, route),
    parameters: mergedParameters(known, operation, route),
    responses: mergedResponses(known.responses ?? {}, operation, route),
  };
}

/** A body that the library does not read is what the decorators say, in the types it may have. */
function mergedBody(
  { requestBody: known }: KnownOperation,
  { requestBody: own }: Operation,
  { origin }: CompiledRoute,
): { readonly requestBody?: object } {
  const { description } = known ?? {};
  if (own) return { requestBody: { ...(description ? { description } : {}), ...own } };
  if (!known && !acceptedBy(origin)) return {};
  const said = (known?.content ?? {}) as Readonly<Record<string, object>>;
  const [first = {}] = Object.values(said);
  return { requestBody: { ...known, content: contentOf(origin, first, said) } };
}

function mergedParameters(
  { parameters = [] }: KnownOperation,
  operation: Operation,
  route: CompiledRoute,
): Parameter[] {
  const own = operation.parameters.map((parameter) => {
    const said = parameters.find((one) => isSame(one, parameter));
    return said ? described(parameter, said, route) : parameter;
  });
  const others = parameters.filter(
    (parameter) => parameter.in !== 'path' && !own.some((one) => isSame(one, parameter)),
  );
  for (const { in: place, name } of others) {
    if (place === 'query') requireTaken(name, route);
  }
  return [...own, ...(others as Parameter[])];
}

/** Names of headers have no case. */
function isSame(
  one: Pick<Parameter, 'name' | 'in'>,
  other: Pick<Parameter, 'name' | 'in'>,
): boolean {
  if (one.in !== other.in) return false;
  const isHeader = one.in === 'header';
  return isHeader ? one.name.toLowerCase() === other.name.toLowerCase() : one.name === other.name;
}

function described(
  parameter: Parameter,
  { description, deprecated, ...said }: Partial<Parameter>,
  { method, url }: CompiledRoute,
): Parameter {
  // @nestjs/swagger moves the example of some parameters into their schema.
  const example = said.example ?? (said.schema as { example?: unknown } | undefined)?.example;
  if (example !== undefined) {
    requireFitting(example, parameter.schema, `${parameter.name} of ${method} ${url}`);
  }
  return {
    ...parameter,
    ...(description ? { description } : {}),
    ...(deprecated ? { deprecated } : {}),
    ...(example === undefined ? {} : { example }),
  };
}

/** A parameter that the route refuses would be described as one that it takes. */
function requireTaken(name: string, { method, url, query }: CompiledRoute): void {
  if (query.names.has(name) || !query.refusesUnknown) return;
  throw problem('setup_refused', {
    detail: `${method} ${url} describes ${name} in its query and refuses it. Take it with @Query('${name}'), or remove @ApiQuery.`,
  });
}

function mergedResponses(
  known: Readonly<Record<string, Response>>,
  { responses }: Operation,
  { answer }: CompiledRoute,
): Readonly<Record<string, Response>> {
  const all: Record<string, Response> = { ...responses };
  const success = Object.keys(responses).find((status) => status.startsWith('2'));
  for (const [status, said] of Object.entries(known)) {
    const like = responses[status] ?? responses[kinOf(status, success!)] ?? {};
    const isDefault = !said.description && !said.headers && !said.content;
    if (isDefault && !(status in responses)) continue;
    // Nobody but the application knows what an unshaped route sends.
    const content = answer.kind === 'unshaped' && status.startsWith('2') ? said.content : undefined;
    const { headers, ...rest } = like as Response;
    all[status] = {
      ...rest,
      ...(said.description ? { description: said.description } : {}),
      ...(content ? { content } : {}),
      ...(headers || said.headers ? { headers: { ...said.headers, ...headers } } : {}),
    };
    all[status] = { description: '', ...all[status] };
  }
  return all;
}

/** The response of the library's that a status is one of: all of 4xx are problems, say. */
function kinOf(status: string, success: string): string {
  const [first] = status;
  if (first === '2') return success;
  return first === '4' || first === '5' ? `${first}XX` : status;
}
