import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import {
  REDIRECT_METADATA,
  RENDER_METADATA,
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
  SSE_METADATA,
} from '@nestjs/common/internal';
import { checkInputClass } from '../body/input-class.js';
import { problem } from '../errors/problem.js';
import { namesNumber } from './header-ids.js';
import type { Answer } from './route-declaration.js';
import type { RouteOrigin } from './route.decorators.js';

/** Nest's numbers for the parameter decorators that matter here. */
const responseParameter = 1;
const nextParameter = 2;
const bodyParameter = 3;
const queryParameter = 4;

/** A parameter of a handler that Nest fills. */
export interface RouteArgument {
  readonly index: number;
  readonly data: unknown;
  readonly factory?: unknown;
}

/** The input class of a handler's body, or undefined if it takes none. */
export function bodyClassOf(origin: RouteOrigin, name: string): (new () => object) | undefined {
  const [argument, ...others] = argumentsOf(origin, bodyParameter);
  if (!argument) return undefined;
  const type = argumentClass(origin, argument);
  if (type && others.length === 0 && argument.data === undefined) {
    checkInputClass(type, name);
    return type;
  }
  throw problem('setup_refused', {
    detail: `${name} takes a body that is not a class, so unknown properties would pass. Declare a class with class-validator's decorators and take it whole: @Body() input: CreateInvoice.`,
  });
}

/** What a handler takes from the query with `@Query`. */
export function queryArgumentsOf(origin: RouteOrigin): readonly RouteArgument[] {
  return argumentsOf(origin, queryParameter);
}

/**
 * The class that a parameter is declared as; undefined for types that do not describe its shape.
 */
export function argumentClass(
  { prototype, method }: RouteOrigin,
  { index }: RouteArgument,
): (new () => object) | undefined {
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as unknown[];
  const type = types[index];
  return typeof type === 'function' && !openTypes.has(type)
    ? (type as new () => object)
    : undefined;
}

/** Whether this factory of `createParamDecorator` makes a parameter of the handler. */
export function takesFrom(origin: RouteOrigin, factory: unknown): boolean {
  return allArgumentsOf(origin).some(([, argument]) => argument.factory === factory);
}

/** Refuses handlers whose response would bypass the response schema. */
export function refuseOpenHandler(origin: RouteOrigin, answer: Answer, name: string): void {
  if (answer.kind === 'unshaped') return;
  refuseNumberedRedirect(origin, name);
  const why = wayAround(origin);
  if (why === undefined) return;
  const fix =
    why === byItself ? 'Take @Res({ passthrough: true }) for headers and cookies, or mark' : 'Mark';
  throw problem('setup_refused', {
    detail: `${name} ${why}, which no schema checks. ${fix} it with @Unshaped('<reason>') if that is intended.`,
  });
}

/** Checks the address named by `@Redirect`; one that a handler returns is checked as it leaves. */
function refuseNumberedRedirect({ prototype, method }: RouteOrigin, name: string): void {
  const handler = (prototype as Record<string, object>)[method]!;
  const redirect = Reflect.getMetadata(REDIRECT_METADATA, handler) as { url?: string } | undefined;
  if (!redirect?.url || !namesNumber(redirect.url, undefined)) return;
  throw problem('setup_refused', {
    detail: `${name} redirects to ${redirect.url}, which has a number where a public id belongs. Mark it with @Unshaped('<reason>') if that is intended.`,
  });
}

const byItself = 'writes the response itself with @Res';

/** Nest sends what the handler returns; changes to the response are checked as it leaves. */
function isPassedThrough({ prototype, method }: RouteOrigin): boolean {
  return Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, prototype.constructor, method) === true;
}

function wayAround(origin: RouteOrigin): string | undefined {
  const { prototype, method } = origin;
  const handler = (prototype as Record<string, object>)[method]!;
  if (argumentsOf(origin, responseParameter).length > 0 && !isPassedThrough(origin))
    return byItself;
  if (argumentsOf(origin, nextParameter).length > 0)
    return 'leaves the response to other code with @Next';
  if (Reflect.getMetadata(SSE_METADATA, handler)) return 'returns server-sent events';
  if (Reflect.getMetadata(RENDER_METADATA, handler)) return 'renders a template';
  const type: unknown = Reflect.getMetadata('design:returntype', prototype, method);
  if (type === String) return 'returns a string';
  return isByteSource(type) ? 'returns bytes' : undefined;
}

function isByteSource(type: unknown): boolean {
  if (typeof type !== 'function') return false;
  const sources: unknown[] = [type, ...prototypesOf(type)];
  return [Uint8Array, Readable, StreamableFile, Blob, Response].some((source) =>
    sources.includes(source),
  );
}

function prototypesOf(type: object): object[] {
  const parent = Object.getPrototypeOf(type) as object | null;
  return parent ? [parent, ...prototypesOf(parent)] : [];
}

const openTypes: ReadonlySet<unknown> = new Set([Object, String, Number, Boolean, Array]);

function argumentsOf(origin: RouteOrigin, kind: number): readonly RouteArgument[] {
  return allArgumentsOf(origin)
    .filter(([key]) => key.startsWith(`${kind}:`))
    .map(([, argument]) => argument);
}

function allArgumentsOf({ prototype, method }: RouteOrigin): readonly [string, RouteArgument][] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, prototype.constructor, method) ??
    {}) as Record<string, RouteArgument>;
  return Object.entries(all);
}
