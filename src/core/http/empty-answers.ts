import type { FastifyReply } from 'fastify';
import { problem } from '../errors/problem.js';
import type { CompiledRoute } from './compiled-route.js';
import type { SendHook } from './hooks.js';

/**
 * Refuses null before serialization where a route declares a response: it would be sent as `{}`. A
 * status without a body, such as 204, is not the declared response.
 */
export function refuseNull(route: CompiledRoute): SendHook {
  return (_request, reply, payload, done) => {
    if (payload === null && hasBody(route, reply)) done(nothingOf(route));
    else done(null, payload);
  };
}

/** Refuses an empty response where a route declares one with a body. */
export function refuseNothing(route: CompiledRoute): SendHook {
  return (_request, reply, payload, done) => {
    const isEmpty = payload === undefined || payload === null || payload === '';
    // For HEAD the payload is already gone, but its length is not.
    const isHead = route.method === 'HEAD';
    const isNothing = isHead ? reply.getHeader('content-length') === '0' : isEmpty;
    if (isNothing && hasBody(route, reply)) done(nothingOf(route));
    else done(null, payload);
  };
}

function hasBody({ answer }: CompiledRoute, { statusCode }: FastifyReply): boolean {
  if (answer.kind === 'nothing' || statusCode < 200 || statusCode >= 300) return false;
  return statusCode !== 204 && statusCode !== 205;
}

function nothingOf({ method, url }: CompiledRoute): Error {
  const cause = new Error(`The handler of ${method} ${url} returned nothing.`);
  return problem('internal', { cause });
}
