import { problem } from '../errors/problem.js';
import type { CompiledRoute } from '../http/compiled-route.js';
import { acceptedBy } from '../http/content-check.js';
import { requireFitting } from '../view/api-notes.js';
import type { Operation } from './operation.js';
import { contentOf } from './operation.js';
import type { Parameter } from './parameter.js';
import type { Wording } from './wording.js';
import { wording } from './wording.js';

/** A response in OpenAPI's format. */
interface Response {
  readonly description?: string;
  readonly headers?: object;
  readonly content?: object;
}

/** What @nestjs/swagger knows about a route, including its decorators. */
export interface KnownOperation extends Wording {
  readonly parameters?: readonly (Partial<Parameter> & Pick<Parameter, 'name' | 'in'>)[];
  readonly requestBody?: { readonly description?: string; readonly content?: object };
  readonly responses?: Readonly<Record<string, Response>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Adds information from decorators to that of the compiled route, whose parameters and schemas win.
 */
export function mergedOperation(
  known: KnownOperation,
  operation: Operation,
  route: CompiledRoute,
): KnownOperation & Operation {
  return {
    ...known,
    ...wording(known, route.origin),
    ...operation,
    ...mergedBody(known, operation, route),
    parameters: mergedParameters(known, operation, route),
    responses: mergedResponses(known.responses ?? {}, operation, route),
  };
}

/**
 * A body that the library does not read is described by its decorators, in its allowed media types.
 */
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
    return said ? describedParameter(parameter, said, route) : parameter;
  });
  const others = parameters.filter(
    (parameter) => parameter.in !== 'path' && !own.some((one) => isSame(one, parameter)),
  );
  for (const { in: place, name } of others) {
    if (place === 'query') requireTaken(name, route);
  }
  return [...own, ...(others as Parameter[])];
}

/** Header names are case-insensitive. */
function isSame(
  one: Pick<Parameter, 'name' | 'in'>,
  other: Pick<Parameter, 'name' | 'in'>,
): boolean {
  if (one.in !== other.in) return false;
  const isHeader = one.in === 'header';
  return isHeader ? one.name.toLowerCase() === other.name.toLowerCase() : one.name === other.name;
}

function describedParameter(
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

/** A parameter that the route refuses would be described as accepted. */
function requireTaken(name: string, { method, url, query }: CompiledRoute): void {
  if (query.names.has(name) || !query.refusesUnknown) return;
  throw problem('setup_refused', {
    detail: `${method} ${url} describes ${name} in its query but refuses it. Take it with @Query('${name}'), or remove @ApiQuery.`,
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
    // Only the application knows what an unshaped route sends.
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

/** The library's response that covers a status: all of 4xx are problems, for example. */
function kinOf(status: string, success: string): string {
  const [first] = status;
  if (first === '2') return success;
  return first === '4' || first === '5' ? `${first}XX` : status;
}
