import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problem } from '../errors/problem.js';
import type { Exemptions } from '../module/exemptions.js';
import { errorBodiesOf } from './error-bodies.js';
import { leaveOf, mark } from './leave.js';
import { isSerialized } from './serialized-text.js';
import type { SendHook } from './hooks.js';

const checked = Symbol('nest-dual-id:checked');

type MarkedReply = FastifyReply & { [checked]?: unknown };
/** Why and where an answer was kept back. */
export interface Refusal {
  readonly method: string;
  readonly url: string;
  readonly why: string;
}

/** The way out of an adapter: only what a serializer of this library made may take it. */
export class Exit {
  readonly #logger = new Logger('DualId');
  #exempt: Exemptions | undefined;

  /** Closes the way out to everything unchecked, but what is exempt. */
  guard(exempt: Exemptions): void {
    this.#exempt = exempt;
  }

  /** Marks a response of which nothing is checked, for its route says so. */
  open(response: object): void {
    mark(response, 'unchecked');
  }

  /** Keeps a response back until it was checked: a declared route may lie below an exempt path. */
  await(response: object): void {
    mark(response, 'due');
  }

  /** How a response may leave; undefined where nobody has checked its body. */
  leaveOf(response: object, url: string): 'checked' | 'unchecked' | undefined {
    if (!this.#exempt) return 'unchecked';
    const noted = leaveOf(response);
    if (noted === undefined) return this.#exempt.covers(url) ? 'unchecked' : undefined;
    return noted === 'due' ? undefined : noted;
  }

  /** Says once what was kept back, and how it can be mended. */
  report({ method, url, why }: Refusal): void {
    const [path] = url.split('?');
    this.#logger.error(`internal at ${method} ${path}: ${why}`);
  }

  /** The first of all hooks that see a payload: it knows what comes from the serializer. */
  readonly noteAnswer: SendHook<MarkedReply> = (request, reply, payload, done) => {
    const isOurs = isSerialized(payload);
    if (!this.#exempt || this.leaveOf(reply.raw, request.url) === 'unchecked') {
      return done(null, payload);
    }
    const shown = isOurs || isEmpty(payload) ? payload : ofFilter(reply, payload);
    if (shown === undefined && payload !== undefined) return done(null, payload);
    reply[checked] = shown;
    mark(reply.raw, 'checked');
    done(null, shown);
  };

  /** The last of all hooks of a route: what it lets through is what the first one saw. */
  readonly requireChecked: SendHook<MarkedReply> = (
    { method, routeOptions },
    reply,
    payload,
    done,
  ) => {
    const isSame = isEmpty(payload) || (checked in reply && payload === reply[checked]);
    if (isSame || (checked in reply && isEncoded(reply, payload))) return done(null, payload);
    mark(reply.raw, 'due');
    // Nobody else would close the file behind a stream that is not sent.
    if (payload instanceof Readable) payload.destroy();
    const cause = new Error(`The answer of ${method} ${routeOptions.url} ${wentAround}`);
    done(problem('internal', { cause }));
  };
}

const wentAround =
  'went around its schema: it is a text, bytes or a stream, or a serializer or onSend hook of the application made it. Return the value from the handler, or mark the route with @Unshaped and a reason.';

function isEmpty(payload: unknown): boolean {
  return payload === undefined || payload === null || payload === '';
}

/** A body that was checked may be compressed afterwards. */
function isEncoded(reply: FastifyReply, payload: unknown): boolean {
  return typeof payload !== 'string' && reply.hasHeader('content-encoding');
}

/** A filter may answer where no route is, and so without the serializer of one. */
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
