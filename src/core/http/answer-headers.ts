import type { CompiledRoute } from './compiled-route.js';
import type { SendHook } from './hooks.js';

/** Keeps browsers from treating a response as another media type than declared. */
const sniffing = 'X-Content-Type-Options';

/** The headers of every problem: a refusal or failure must not be cached. */
export const problemHeaders = { [sniffing]: 'nosniff', 'Cache-Control': 'no-store' } as const;

/**
 * Sets how each response may be cached (RFC 9111): not at all, or with an ETag by the client alone,
 * revalidated each time. A successful response keeps the header that its route set.
 */
export function describeCaching(route: CompiledRoute): SendHook {
  const byDefault = canBeRevalidated(route) ? 'private, no-cache' : 'no-store';
  return (_request, reply, payload, done) => {
    void reply.header(sniffing, 'nosniff');
    if (reply.statusCode >= 400) void reply.header('Cache-Control', 'no-store');
    else if (!reply.hasHeader('Cache-Control')) void reply.header('Cache-Control', byDefault);
    done(null, payload);
  };
}

function canBeRevalidated({ method, hasVersion }: CompiledRoute): boolean {
  return hasVersion && method.split(',').every((one) => one === 'GET' || one === 'HEAD');
}
