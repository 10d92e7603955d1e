import type { FastifyReply } from 'fastify';
import { parseJson } from '../../core/values/json.js';
import { noteVersion } from '../../core/view/compiled-view.js';

/**
 * The JSON sent to a client: what the route's schema makes of a response, without anything else
 * that the handler returned. Null if there is no response.
 */
export function sentAnswer(answer: unknown, reply: FastifyReply): string | null {
  if (answer === undefined || answer === null) return null;
  return String(reply.serialize(answer));
}

/** A response as sent, at its version; serializing it again gives the same JSON. */
export function readAnswer(json: string | null, version: number | null): unknown {
  if (json === null) return undefined;
  const answer = parseJson(json);
  if (typeof answer === 'object' && answer !== null && version !== null) {
    noteVersion(answer, version);
  }
  return answer;
}
