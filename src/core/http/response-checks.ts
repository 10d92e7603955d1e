import type { FastifyReply, FastifyRequest } from 'fastify';
import { versionOf } from '../view/compiled-view.js';
import type { CompiledRoute } from './compiled-route.js';
import { noteReplyVersion } from './conditions.js';
import { servedLocation } from './served-location.js';

/** Notes the version of the view for its ETag, and sets Location from it. */
export function describeAnswer(
  { answer, url }: CompiledRoute,
  routes: readonly CompiledRoute[] = [],
) {
  const location = answer.kind === 'view' ? answer.location : undefined;
  let served: string | undefined;
  return (
    _request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void,
  ): void => {
    noteReplyVersion(reply, versionOf(payload));
    if (location !== undefined && reply.statusCode === 201) {
      served ??= servedLocation(location, url, routes);
      reply.header('Location', addressOf(served, payload as Record<string, unknown>));
    }
    done(null, payload);
  };
}

/** Fills `/orders/:uuid` from a view; only what the view shows can get into an address. */
function addressOf(template: string, view: Record<string, unknown>): string {
  return template.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(view[name])),
  );
}
