import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.js';
import { versionOf } from '../view/compiled-view.js';
import type { CompiledRoute } from './compiled-route.js';
import { entityTag } from './entity-tag.js';

const serialized = Symbol('nest-dual-id:serialized');

type MarkedReply = FastifyReply & { [serialized]?: boolean };

/** Notes that a payload goes through the serializer, and sets ETag and Location from the view. */
export function describeAnswer({ answer }: CompiledRoute) {
  const location = answer.kind === 'view' ? answer.location : undefined;
  return (
    _request: FastifyRequest,
    reply: MarkedReply,
    payload: unknown,
    done: (error: null, payload: unknown) => void,
  ): void => {
    reply[serialized] = true;
    const version = versionOf(payload);
    if (version !== undefined) reply.header('ETag', entityTag(version));
    if (location !== undefined && reply.statusCode === 201) {
      reply.header('Location', addressOf(location, payload as Record<string, unknown>));
    }
    done(null, payload);
  };
}

/** Lets nothing out that did not go through the serializer: a text, a buffer, a stream. */
export function requireSerialized({ method, url }: CompiledRoute) {
  return (
    _request: FastifyRequest,
    reply: MarkedReply,
    payload: unknown,
    done: (error: Error | null, payload?: unknown) => void,
  ): void => {
    const isEmpty = payload === undefined || payload === null || payload === '';
    if (isEmpty || reply[serialized]) return done(null, payload);
    // Nobody else would close the file behind a stream that is not sent.
    if (payload instanceof Readable) payload.destroy();
    const cause = new Error(`The answer of ${method} ${url} went around its schema.`);
    done(problem('internal', { cause }));
  };
}

/** Fills `/orders/:uuid` from a view; only what the view shows can get into an address. */
function addressOf(template: string, view: Record<string, unknown>): string {
  return template.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(view[name])),
  );
}
