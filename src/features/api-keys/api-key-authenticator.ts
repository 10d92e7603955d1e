import type { FastifyRequest } from 'fastify';
import type { Authenticator, Credential } from '../../core/access/authenticator.js';
import { bearerToken } from '../../core/access/bearer-token.js';
import { refusal } from '../../core/errors/problem.js';
import type { ApiKeys } from './api-keys.js';
import type { KeyRefusal, VerifiedKey } from './verify/verified-key.js';

/** Recognizes API keys sent as `Authorization: Bearer <token>`. */
export class ApiKeyAuthenticator implements Authenticator {
  constructor(private readonly keys: ApiKeys) {}

  /** Texts that are no token may be credentials of another kind. */
  authenticate({
    headers,
  }: FastifyRequest): Credential | undefined | Promise<Credential | undefined> {
    const token = bearerToken(headers.authorization);
    if (token === undefined) return undefined;
    const known = this.keys.cached(token);
    return known === undefined ? this.keys.verify(token).then(credentialOf) : credentialOf(known);
  }
}

function credentialOf(found: VerifiedKey | KeyRefusal): Credential | undefined {
  if (found === 'malformed') return undefined;
  if (typeof found === 'string') throw refusal('unauthenticated', { detail: reasons[found] });
  const { uuid, principalUuid, guestOf, scopes } = found;
  const credential = { principalUuid, keyUuid: uuid, scopes: new Set(scopes) };
  return guestOf ? { ...credential, guestOf } : credential;
}

const reasons: Readonly<Record<Exclude<KeyRefusal, 'malformed'>, string>> = {
  unknown: 'The API key is not valid.',
  revoked: 'The API key was revoked.',
  expired: 'The API key has expired.',
};
