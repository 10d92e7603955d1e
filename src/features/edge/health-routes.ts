import type { FastifyRequest } from 'fastify';
import { problem } from '../../core/errors/problem.js';

/** The routes by which an orchestrator asks whether the process lives and can serve. */
export class HealthRoutes {
  readonly #paths: readonly string[];

  constructor(paths: readonly string[] = ['/health']) {
    for (const path of paths) {
      if (/^\/[^/]/.test(path) && !path.endsWith('/')) continue;
      throw problem('setup_refused', {
        detail: `${JSON.stringify(path)} in protectEdge({ health }) is not the address of a route; write it like /health.`,
      });
    }
    this.#paths = paths;
  }

  /** Whether a request is for one of them; an address that no route has is not. */
  has({ is404, routeOptions }: FastifyRequest): boolean {
    const { url } = routeOptions;
    if (is404 || url === undefined) return false;
    return this.#paths.some((path) => url === path || url.startsWith(`${path}/`));
  }
}
