import { applyDecorators, HttpCode } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { JsonSchema } from '../view/json-schema.js';
import type { ViewClass } from '../view/view-spec.js';
import type { Answer } from './route-declaration.js';
import { declareAnswer } from './route-declaration.js';

/** What a route's Fastify config says about where it was declared. */
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
  return answers({ kind: 'view', view, ...options });
}

/** The route returns a page of views: `{ items, nextCursor }`. */
export function ReturnsPage(view: ViewClass): MethodDecorator {
  return answers({ kind: 'page', view });
}

/** The route answers something that is no entity, exactly as this closed schema says. */
export function ReturnsSchema(schema: JsonSchema): MethodDecorator {
  return answers({ kind: 'schema', schema });
}

/** The route answers 204 and no body. */
export function ReturnsNothing(): MethodDecorator {
  return applyDecorators(HttpCode(204), answers({ kind: 'nothing' })) as MethodDecorator;
}

/**
 * The route returns a text, a stream or whatever it writes itself, and nothing checks it. The
 * reason is shown by the doctor: server-sent events, metrics, a documentation page.
 */
export function Unshaped(reason: string): MethodDecorator {
  return answers({ kind: 'unshaped', reason });
}

function answers(answer: Answer): MethodDecorator {
  return (prototype, method, descriptor) => {
    declareAnswer(descriptor.value as object, answer);
    const origin: RouteOrigin = { prototype, method: String(method) };
    RouteConfig({ [originKey]: origin })(prototype, method, descriptor);
  };
}
