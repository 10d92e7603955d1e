import type { FastifyReply, FastifyRequest } from 'fastify';
import { versionOf } from '../view/compiled-view.js';
import type { CompiledRoute } from './compiled-route.js';
import { entityTag } from './entity-tag.js';

/** Sets ETag and Location from the view. */
export function describeAnswer({ answer }: CompiledRoute) {
  const location = answer.kind === 'view' ? answer.location : undefined;
  return (
    _request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void,
  ): void => {
    const version = versionOf(payload);
    if (version !== undefined) reply.header('ETag', entityTag(version));
    if (location !== undefined && reply.statusCode === 201) {
      reply.header('Location', addressOf(location, payload as Record<string, unknown>));
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
