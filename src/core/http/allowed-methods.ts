import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { HTTPMethod } from 'find-my-way';
import findMyWay from 'find-my-way';
import { refusal } from '../errors/problem.js';
import { sendProblem } from './problem-document.js';

/** How addresses are matched to routes; the options of Fastify's own router. */
export type RouterOptions = Pick<
  NonNullable<Parameters<typeof findMyWay>[0]>,
  'caseSensitive' | 'ignoreTrailingSlash' | 'ignoreDuplicateSlashes' | 'maxParamLength'
>;

/** Knows the methods of every route, for requests that use another method on the same path. */
export class AllowedMethods {
  readonly #router;
  readonly #known = new Set<string>();
  readonly #methods = new Set<HTTPMethod>();

  constructor(options: RouterOptions) {
    this.#router = findMyWay(options);
  }

  /** Adds a route, except the catch-all route for preflights. */
  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    if (url === '*' || (url === '/*' && method === 'OPTIONS')) return;
    // Routes of several versions share a path, whatever their parameters are called.
    const path = url.replaceAll(/:\w+/g, ':part');
    for (const one of [method].flat() as HTTPMethod[]) {
      if (this.#known.has(`${one} ${path}`)) continue;
      this.#known.add(`${one} ${path}`);
      this.#methods.add(one);
      this.#router.on(one, path, () => undefined);
    }
  }

  /**
   * Responds to a request that matched no route but whose path has others: OPTIONS with 204, any
   * other method with 405, both with Allow (RFC 9110). Returns false when the path is unknown.
   */
  answer({ raw, method }: FastifyRequest, reply: FastifyReply): boolean {
    const allowed = [...this.#methods].filter((one) => this.#has(one, raw.url ?? ''));
    if (allowed.length === 0 || allowed.includes(method as HTTPMethod)) return false;
    if (!allowed.includes('OPTIONS')) allowed.push('OPTIONS');
    void reply.header('Allow', allowed.toSorted().join(', '));
    if (method === 'OPTIONS') void reply.code(204).send();
    else sendProblem(reply, refusal('method_not_allowed'));
    return true;
  }

  /** An empty parameter counts as none, as in Nest. */
  #has(method: HTTPMethod, url: string): boolean {
    const found = this.#router.find(method, url);
    return found !== null && !Object.values(found.params).includes('');
  }
}
