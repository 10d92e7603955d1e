import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** What `app.enableCors` takes. */
export type CorsOptions = Parameters<FastifyAdapter['enableCors']>[0];

type Options = Readonly<Record<string, unknown>>;
type Chosen = (error: Error | null, options?: Options) => void;
type Delegate = (request: FastifyRequest, done: Chosen) => void;

/**
 * Lets @fastify/cors handle only preflights: it would respond to any other OPTIONS request with a
 * text of its own, whatever the address.
 */
export function forPreflightsOnly(options: CorsOptions): CorsOptions {
  const { delegator, ...fixed } = (
    typeof options === 'function' ? { delegator: options } : { ...options }
  ) as Options & { readonly delegator?: Delegate };
  // Nest itself calls a delegator that takes the server instead of a request.
  if (delegator && delegator.length < 2) return options;
  const ofRequest = (request: FastifyRequest, done: Chosen): void => {
    const choose: Chosen = (error, chosen = {}) => {
      const preflight = isPreflight(request) && chosen['preflight'] !== false;
      done(error, { ...chosen, preflight });
    };
    if (delegator) delegator(request, choose);
    else choose(null, fixed);
  };
  return { ...fixed, delegator: ofRequest } as CorsOptions;
}

function isPreflight({ headers }: FastifyRequest): boolean {
  const { origin, 'access-control-request-method': method } = headers;
  return origin !== undefined && method !== undefined;
}
