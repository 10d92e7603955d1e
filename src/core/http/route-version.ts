import type { FastifyRequest, RouteOptions } from 'fastify';

const versionKey = 'dualIdVersion';

/**
 * Notes in a route's config the version that a header or a media type asks for, since Fastify tells
 * a request what its client wrote and not which route it met.
 */
export function noteRouteVersion(route: RouteOptions): void {
  const version: unknown = route.constraints?.['version'];
  if (version !== undefined) route.config = { ...route.config, [versionKey]: version } as object;
}

/** The version of the route that a request met, where a path does not tell it. */
export function routeVersionOf({ routeOptions }: FastifyRequest): unknown {
  const config = (routeOptions.config ?? {}) as unknown as Readonly<Record<string, unknown>>;
  return config[versionKey] ?? null;
}
