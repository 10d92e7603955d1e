import type { JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, customFetch, errors } from 'jose';
import { refusal } from '../../../core/errors/problem.js';
import { FetchedKeys } from './fetched-keys.js';
import { keysAddress } from './jwt-settings.js';
import type { JwtVerifierOptions } from './jwt-verifier.options.js';

/**
 * Finds the key of a token. Keys that are not known are fetched, one request at a time. If they
 * cannot be fetched, nobody can tell whether a token is valid, and the error is `unavailable`.
 */
export function keySetOf(options: JwtVerifierOptions): JWTVerifyGetKey {
  const { jwksUri, keys } = options;
  if (jwksUri === undefined) return createLocalJWKSet({ keys: [...(keys ?? [])] });
  const { keysTimeout = 5_000, keysCooldown = 30_000, keysMaxAge = 600_000 } = options;
  const fetched = new FetchedKeys(jwksUri, keysCooldown);
  const remote = createRemoteJWKSet(keysAddress(jwksUri), {
    timeoutDuration: keysTimeout,
    cooldownDuration: keysCooldown,
    cacheMaxAge: keysMaxAge,
    // It waits between two fetches that succeed, but not after one that fails.
    [customFetch]: fetched.fetch,
  });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (isOfToken(error)) throw error;
      const { retryAfter } = fetched;
      throw refusal('unavailable', { cause: error, isLogged: true, retryAfter });
    }
  };
}

/** Whether the keys were there, and the token fits none of them. */
function isOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
