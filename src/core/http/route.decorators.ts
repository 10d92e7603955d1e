import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { JsonSchema } from '../json-schema/json-schema.js';
import type { ViewClass } from '../view/view-spec.js';
import type { Answer } from './route-declaration.js';
import { declareAnswer } from './route-declaration.js';

/** What a route's Fastify config contains about where it was declared. */
export interface RouteOrigin {
  readonly prototype: object;
  readonly method: string;
}

/** Key of the origin in a Fastify route config. */
export const originKey = 'dualIdOrigin';

/**
 * The route returns a view. With `location`, a 201 carries that address, its parameters filled
 * from the view: `@Returns(OrderView, { location: '/orders/:uuid' })`.
 */
export function Returns(
  view: ViewClass,
  options: { readonly location?: string } = {},
): MethodDecorator {
  return answerDecorator({ kind: 'view', view, ...options });
}

/** The route returns a page of views: `{ items, nextCursor }`. */
export function ReturnsPage(view: ViewClass): MethodDecorator {
  return answerDecorator({ kind: 'page', view });
}

/**
 * The route returns something that is not an entity, exactly as this closed schema describes it.
 */
export function ReturnsSchema(schema: JsonSchema): MethodDecorator {
  return answerDecorator({ kind: 'schema', schema });
}

/** The route responds with 204 and no body. */
export function ReturnsNothing(): MethodDecorator {
  return applyDecorators(HttpCode(204), answerDecorator({ kind: 'nothing' })) as MethodDecorator;
}

/**
 * The route returns a text, a stream or whatever it writes itself, and nothing checks it:
 * server-sent events, metrics, a documentation page. The doctor shows the reason.
 */
export function Unshaped(reason: string): MethodDecorator {
  return answerDecorator({ kind: 'unshaped', reason });
}

function answerDecorator(answer: Answer): MethodDecorator {
  return (prototype, method, descriptor) => {
    declareAnswer(descriptor.value as object, answer, prototype.constructor);
    const origin: RouteOrigin = { prototype, method: String(method) };
    RouteConfig({ [originKey]: origin })(prototype, method, descriptor);
  };
}
