import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.js';
import type { CompiledEnvelope } from './envelope.js';
import { madeObject } from './made-object.js';
import { noteSerialized } from './serialized-text.js';
import { shareSerializer, sharedSerializer } from './shared-serializers.js';
import type { SendHook } from './hooks.js';

/** An answer, and what stands beside it in the envelope. */
class Enveloped {
  /** The text of the answer alone, once it was made. */
  text: string | undefined;

  constructor(
    readonly answer: unknown,
    readonly beside: object,
  ) {}
}

const key = Symbol('nest-dual-id:enveloped');
type EnvelopedReply = FastifyReply & { [key]?: Enveloped };

/** Puts every answer of 2xx into the envelope, behind everything else that looks at answers. */
export function putIntoEnvelope({ from }: CompiledEnvelope): SendHook<EnvelopedReply> {
  return (request, reply, payload, done) => {
    if (reply.statusCode < 200 || reply.statusCode >= 300) return done(null, payload);
    try {
      const enveloped = new Enveloped(payload, besideOf(request, from(request, payload)));
      reply[key] = enveloped;
      done(null, enveloped);
    } catch (error) {
      done(error as Error);
    }
  };
}

/** A promise or a list has none of the declared properties, which would be left out unnoticed. */
function besideOf({ method, routeOptions }: FastifyRequest, made: unknown): object {
  const route = `${method} ${routeOptions.url}`;
  try {
    return madeObject(made, `For ${route}, \`from\` of the option \`envelope\``);
  } catch (cause) {
    throw problem('internal', { cause });
  }
}

/**
 * The text of the answer inside the envelope of a reply, of which its ETag is made: what stands
 * beside it tells of the request, such as its time, and not of the entity.
 */
export function answerText(reply: EnvelopedReply): string | undefined {
  return reply[key]?.text;
}

/**
 * Serializes answers inside their envelope, each part by its own schema. An answer that is in none
 * is serialized as it is, as where it is kept for a request that is sent again.
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
