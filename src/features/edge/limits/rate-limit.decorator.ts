import type { FastifyRequest } from 'fastify';
import type { RouteOrigin } from '../../../core/http/route.decorators.js';
import { originKey } from '../../../core/http/route.decorators.js';
import type { RouteLimits } from './limits.options.js';
import { requireLimit } from './limits.options.js';

const limitsKey = Symbol('nest-dual-id:rate-limit');

/** What a route says of its limits. */
export type OwnLimits = RouteLimits | 'none';

/**
 * Gives a handler, or all handlers of a controller together, limits and counts of their own instead
 * of the general ones: `@RateLimit({ address: { max: 5 } })`. With `'none'` they have no limits.
 */
export function RateLimit(limits: OwnLimits): ClassDecorator & MethodDecorator {
  if (limits !== 'none') {
    for (const [name, limit] of Object.entries(limits)) requireLimit(name, limit);
  }
  return ((target: object, _method?: unknown, descriptor?: PropertyDescriptor) => {
    const declaring = (descriptor?.value as object | undefined) ?? target;
    Reflect.defineMetadata(limitsKey, limits === 'none' ? limits : { ...limits }, declaring);
  }) as ClassDecorator & MethodDecorator;
}

/** The limits that the route of a request declares; all its requests get the same object. */
export function ownLimitsOf({ routeOptions }: FastifyRequest): OwnLimits | undefined {
  const config = routeOptions.config as { readonly [originKey]?: RouteOrigin } | undefined;
  const origin = config?.[originKey];
  if (!origin) return undefined;
  const { prototype, method } = origin;
  const handler = (prototype as Record<string, object>)[method]!;
  return (Reflect.getMetadata(limitsKey, handler) ??
    Reflect.getMetadata(limitsKey, prototype.constructor)) as OwnLimits | undefined;
}
