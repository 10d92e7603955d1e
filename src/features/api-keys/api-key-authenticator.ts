import type { FastifyRequest } from 'fastify';
import type { Authenticator, Credential } from '../../core/access/authenticator.js';
import { bearerToken } from '../../core/access/bearer-token.js';
import { refusal } from '../../core/errors/problem.js';
import type { ApiKeys } from './api-keys.js';
import type { KeyRefusal } from './verify/verified-key.js';

/** Recognizes API keys sent as `Authorization: Bearer <token>`. */
export class ApiKeyAuthenticator implements Authenticator {
  constructor(private readonly keys: ApiKeys) {}

  authenticate({
    headers,
  }: FastifyRequest): Credential | undefined | Promise<Credential | undefined> {
    const token = bearerToken(headers.authorization);
    if (token === undefined) return undefined;
    const found = this.keys.recognize(token);
    return found instanceof Promise ? found.then(requireValid) : requireValid(found);
  }
}

/** Texts that are no token may be credentials of another kind. */
function requireValid(found: Credential | KeyRefusal): Credential | undefined {
  if (found === 'malformed') return undefined;
  if (typeof found === 'string') throw refusal('unauthenticated', { detail: reasons[found] });
  return found;
}

const reasons: Readonly<Record<Exclude<KeyRefusal, 'malformed'>, string>> = {
  unknown: 'The API key is not valid.',
  revoked: 'The API key was revoked.',
  expired: 'The API key has expired.',
};
