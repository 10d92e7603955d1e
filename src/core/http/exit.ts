import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problem } from '../errors/problem.js';
import type { Exemptions } from './exemptions.js';
import { errorBodiesOf } from './error-bodies.js';
import { leaveOf, markExit, markText } from './leave.js';
import { isSerialized } from './serialized-text.js';
import type { SendHook } from './hooks.js';

const checkedMark = Symbol('nest-dual-id:checked');

type MarkedReply = FastifyReply & { [checkedMark]?: unknown };
/** Why and where a response was blocked. */
export interface KeptBack {
  readonly method: string;
  readonly url: string;
  readonly why: string;
}

/** The exit of an adapter: only output of this library's serializers may pass. */
export class Exit {
  readonly #logger = new Logger('DualId');
  #exempt: Exemptions | undefined;

  /** Blocks everything unchecked, except what is exempt. */
  guard(exempt: Exemptions): void {
    this.#exempt = exempt;
  }

  /** Lets a response out unchecked, because its route declares it. */
  open(response: object): void {
    markExit(response, 'unchecked');
  }

  /** Blocks a response until it has been checked: a declared route may lie below an exempt path. */
  await(response: object): void {
    markExit(response, 'due');
  }

  /** How a response may leave; undefined if its body was not checked. */
  leaveOf(response: object, url: string): 'checked' | 'unchecked' | undefined {
    if (!this.#exempt) return 'unchecked';
    const noted = leaveOf(response);
    if (noted === undefined) return this.#exempt.covers(url) ? 'unchecked' : undefined;
    return noted === 'due' ? undefined : noted;
  }

  /** Logs once what was blocked, and how to fix it. */
  report({ method, url, why }: KeptBack): void {
    const [path] = url.split('?');
    this.#logger.error(`internal at ${method} ${path}: ${why}`);
  }

  /** The first hook to see a payload: it knows what comes from the serializer. */
  readonly noteAnswer: SendHook<MarkedReply> = (request, reply, payload, done) => {
    const isOurs = isSerialized(payload);
    if (!this.#exempt || this.leaveOf(reply.raw, request.url) === 'unchecked') {
      return done(null, payload);
    }
    const shown = isOurs || isEmptyPayload(payload) ? payload : ofFilter(reply, payload);
    // An error in a later hook brings another payload, and the first one no longer counts.
    markText(reply.raw, isEmptyPayload(shown) ? undefined : (shown as string));
    if (shown === undefined && payload !== undefined) return done(null, payload);
    reply[checkedMark] = shown;
    done(null, shown);
  };

  /** The last hook of a route: it lets through only what the first one saw. */
  readonly requireChecked: SendHook<MarkedReply> = (
    { method, routeOptions },
    reply,
    payload,
    done,
  ) => {
    const isSame =
      isEmptyPayload(payload) || (checkedMark in reply && payload === reply[checkedMark]);
    if (isSame || (checkedMark in reply && isEncoded(reply, payload))) return done(null, payload);
    markText(reply.raw, undefined);
    // Nothing else would close the file behind a stream that is not sent.
    if (payload instanceof Readable) payload.destroy();
    const cause = new Error(`The response of ${method} ${routeOptions.url} ${wentAround}`);
    done(problem('internal', { cause }));
  };
}

const wentAround =
  'bypassed its schema: it is a string, bytes or a stream, or a serializer or onSend hook of the application made it. Return the value from the handler, or mark the route with @Unshaped and a reason.';

function isEmptyPayload(payload: unknown): boolean {
  return payload === undefined || payload === null || payload === '';
}

/** A checked body may be compressed afterwards. */
function isEncoded(reply: FastifyReply, payload: unknown): boolean {
  return typeof payload !== 'string' && reply.hasHeader('content-encoding');
}

/** A filter may respond where there is no route, and so no serializer of one. */
function ofFilter(reply: FastifyReply, payload: unknown): string | undefined {
  const type = String(reply.getHeader('content-type') ?? '');
  if (reply.statusCode < 400 || typeof payload !== 'string' || !type.includes('json')) {
    return undefined;
  }
  try {
    return errorBodiesOf(reply).ofFilter(JSON.parse(payload));
  } catch {
    return undefined;
  }
}
