import type { FastifyReply } from 'fastify';
import { parseJson } from '../../core/values/json.js';
import { noteVersion } from '../../core/view/compiled-view.js';

/**
 * The JSON that a client is sent: what the schema of the route makes of an answer, without anything
 * else that the handler returned. Null where there is no answer.
 */
export function sentAnswer(answer: unknown, reply: FastifyReply): string | null {
  if (answer === undefined || answer === null) return null;
  return String(reply.serialize(answer));
}

/** An answer as it was sent, at its version; serialized again it is the same JSON. */
export function readAnswer(json: string | null, version: number | null): unknown {
  if (json === null) return undefined;
  const answer = parseJson(json);
  if (typeof answer === 'object' && answer !== null && version !== null) {
    noteVersion(answer, version);
  }
  return answer;
}
