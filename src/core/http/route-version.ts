import type { FastifyRequest, RouteOptions } from 'fastify';

const replyVersionKey = 'dualIdVersion';

/**
 * Records in a route's config the version that a header or a media type selects, since Fastify
 * gives a request the version its client wrote and not that of the matched route.
 */
export function noteRouteVersion(route: RouteOptions): void {
  const version: unknown = route.constraints?.['version'];
  if (version !== undefined)
    route.config = { ...route.config, [replyVersionKey]: version } as object;
}

/** The version of the route that a request matched, where the path does not contain it. */
export function routeVersionOf({ routeOptions }: FastifyRequest): unknown {
  const config = (routeOptions.config ?? {}) as unknown as Readonly<Record<string, unknown>>;
  return config[replyVersionKey] ?? null;
}
