import type { CompiledRoute } from './compiled-route.js';
import type { SendHook } from './hooks.js';

/** Keeps browsers from taking an answer for another media type than it says. */
export const nosniff = { 'X-Content-Type-Options': 'nosniff' } as const;

/** The headers of every problem: what was refused or failed once is asked again. */
export const problemHeaders = { ...nosniff, 'Cache-Control': 'no-store' } as const;

/**
 * Says of every answer how it may be cached (RFC 9111): not at all, or by its own client with a
 * question each time where it has an ETag. A successful answer keeps what the route says itself.
 */
export function describeCaching(route: CompiledRoute): SendHook {
  const usual = canBeRevalidated(route) ? 'private, no-cache' : 'no-store';
  return (_request, reply, payload, done) => {
    if (reply.statusCode >= 400) void reply.headers(problemHeaders);
    else {
      void reply.headers(nosniff);
      if (!reply.hasHeader('Cache-Control')) void reply.header('Cache-Control', usual);
    }
    done(null, payload);
  };
}

function canBeRevalidated({ method, hasVersion }: CompiledRoute): boolean {
  return hasVersion && method.split(',').every((one) => one === 'GET' || one === 'HEAD');
}
