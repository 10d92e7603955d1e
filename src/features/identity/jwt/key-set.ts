import { Logger } from '@nestjs/common';
import type { JWTVerifyGetKey } from 'jose';
import { createLocalJWKSet, createRemoteJWKSet, errors } from 'jose';
import { problem } from '../../../core/errors/problem.js';
import { keysAddress } from './jwt-settings.js';
import type { JwtVerifierOptions } from './jwt-verifier.options.js';

/**
 * Finds the key of a token. Keys that are not known are fetched, one request at a time. If they
 * cannot be fetched, nobody can tell whether a token is valid, and the error is `unavailable`.
 */
export function keySetOf(options: JwtVerifierOptions): JWTVerifyGetKey {
  const { jwksUri, keys } = options;
  if (jwksUri === undefined) return createLocalJWKSet({ keys: [...(keys ?? [])] });
  const remote = createRemoteJWKSet(keysAddress(jwksUri), {
    timeoutDuration: options.keysTimeout ?? 5_000,
    cooldownDuration: options.keysCooldown ?? 30_000,
    cacheMaxAge: options.keysMaxAge ?? 600_000,
  });
  let isFailing = false;
  return async (header, token) => {
    try {
      const key = await remote(header, token);
      isFailing = false;
      return key;
    } catch (error) {
      if (isOfToken(error)) throw error;
      if (!isFailing) new Logger('DualId').warn(keySetFailure(jwksUri, error as Error));
      isFailing = true;
      throw problem('unavailable', { cause: error, isLogged: true });
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

function keySetFailure(jwksUri: string, { message }: Error): string {
  return `The keys of ${jwksUri} could not be fetched; tokens whose keys are not known are refused with 503. ${message}`;
}
