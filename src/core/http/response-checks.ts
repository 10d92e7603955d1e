import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { versionOf } from '../view/compiled-view.js';
import type { CompiledRoute } from './compiled-route.js';
import { noteReplyVersion } from './conditions.js';
import { servedLocation } from './served-location.js';

const responseLogger = new Logger('DualId');
const hasNoVersion =
  'has no ETag, because its response is not the view that was read, but an object without its version. Return the view itself, and remove interceptors that copy it, such as ClassSerializerInterceptor: the schema serializes views.';

/** Records the version of the view for its ETag, and sets Location from it. */
export function describeAnswer(
  { answer, url, method, hasVersion }: CompiledRoute,
  routes: readonly CompiledRoute[] = [],
) {
  let isTold = !hasVersion;
  const location = answer.kind === 'view' ? answer.location : undefined;
  let served: string | undefined;
  return (
    _request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void,
  ): void => {
    const version = versionOf(payload);
    noteReplyVersion(reply, version);
    if (!isTold && version === undefined && payload && reply.statusCode < 300) {
      isTold = true;
      responseLogger.warn(`${method} ${url} ${hasNoVersion}`);
    }
    if (location !== undefined && reply.statusCode === 201) {
      served ??= servedLocation(location, url, routes);
      reply.header('Location', locationOf(served, payload as Record<string, unknown>));
    }
    done(null, payload);
  };
}

/** Fills `/orders/:uuid` from a view; only what the view shows can reach an address. */
function locationOf(template: string, view: Record<string, unknown>): string {
  return template.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(view[name])),
  );
}
