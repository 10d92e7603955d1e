import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.js';
import type { CompiledEnvelope } from './envelope.js';
import { madeObject } from './made-object.js';
import { noteSerialized } from './serialized-text.js';
import { shareSerializer, sharedSerializer } from './shared-serializers.js';
import type { SendHook } from './hooks.js';

/** A response, and the rest of its envelope. */
class Enveloped {
  /** The text of the response alone, once serialized. */
  text: string | undefined;

  constructor(
    readonly answer: unknown,
    readonly beside: object,
  ) {}
}

const envelopedKey = Symbol('nest-dual-id:enveloped');
type EnvelopedReply = FastifyReply & { [envelopedKey]?: Enveloped };

/** Wraps every 2xx response in the envelope, after everything else that reads responses. */
export function putIntoEnvelope({ from }: CompiledEnvelope): SendHook<EnvelopedReply> {
  return (request, reply, payload, done) => {
    if (reply.statusCode < 200 || reply.statusCode >= 300) return done(null, payload);
    try {
      const enveloped = new Enveloped(payload, besideOf(request, from(request, payload)));
      reply[envelopedKey] = enveloped;
      done(null, enveloped);
    } catch (error) {
      done(error as Error);
    }
  };
}

/** A promise or a list has none of the declared properties, which would be silently left out. */
function besideOf({ method, routeOptions }: FastifyRequest, made: unknown): object {
  const route = `${method} ${routeOptions.url}`;
  try {
    return madeObject(made, `For ${route}, \`from\` of the option \`envelope\``);
  } catch (cause) {
    throw problem('internal', { cause });
  }
}

/**
 * The text of the response inside a reply's envelope, from which its ETag is made: the rest of the
 * envelope describes the request, such as its time, and not the entity.
 */
export function answerText(reply: EnvelopedReply): string | undefined {
  return reply[envelopedKey]?.text;
}

/**
 * Serializes responses inside their envelope, each part by its own schema. A response without an
 * envelope is serialized as is, such as one kept for a repeated request.
 */
export function shareEnvelopeSerializer({ property, answer, beside, whole }: CompiledEnvelope) {
  const printAnswer = sharedSerializer({ schema: answer });
  const printBeside = sharedSerializer({ schema: beside });
  const name = JSON.stringify(property);
  shareSerializer(whole, (payload) => {
    if (!(payload instanceof Enveloped)) return printAnswer(payload);
    payload.text = printAnswer(payload.answer);
    const rest = printBeside(payload.beside).slice(1);
    return noteSerialized(`{${name}:${payload.text}${rest === '}' ? '' : ','}${rest}`);
  });
}
