import { ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { problem } from '../errors/problem.js';
import type { Answer } from './route-declaration.js';
import type { RouteOrigin } from './route.decorators.js';

/** Nest's numbers of the parameter decorators that matter here. */
const responseParameter = 1;
const bodyParameter = 3;

interface RouteArgument {
  readonly index: number;
  readonly data: unknown;
}

/** The input class of a handler's body, or undefined when it takes none. */
export function bodyClassOf(origin: RouteOrigin, name: string): (new () => object) | undefined {
  const argument = argumentsOf(origin, bodyParameter)[0];
  if (!argument) return undefined;
  const { prototype, method } = origin;
  const types = (Reflect.getMetadata('design:paramtypes', prototype, method) ?? []) as unknown[];
  const type = types[argument.index];
  if (typeof type === 'function' && argument.data === undefined && !open.has(type)) {
    return type as new () => object;
  }
  throw problem('setup_refused', {
    detail: `${name} takes a body that is no class, so unknown properties would pass. Declare a class with class-validator's decorators and take it whole: @Body() input: CreateInvoice.`,
  });
}

/** Refuses handlers whose answer would go around the response schema. */
export function refuseOpenHandler(origin: RouteOrigin, answer: Answer, name: string): void {
  if (answer.kind === 'unshaped') return;
  const { prototype, method } = origin;
  const refuse = (why: string) => {
    throw problem('setup_refused', {
      detail: `${name} ${why}, which no schema checks. Mark it with @Unshaped('<reason>') when that is meant.`,
    });
  };
  if (argumentsOf(origin, responseParameter).length > 0)
    refuse('writes the response itself with @Res');
  if (Reflect.getMetadata('design:returntype', prototype, method) === String)
    refuse('answers a text');
}

const open: ReadonlySet<unknown> = new Set([Object, String, Number, Boolean, Array]);

function argumentsOf({ prototype, method }: RouteOrigin, kind: number): readonly RouteArgument[] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, prototype.constructor, method) ??
    {}) as Record<string, RouteArgument>;
  return Object.entries(all)
    .filter(([key]) => key.startsWith(`${kind}:`))
    .map(([, argument]) => argument);
}
