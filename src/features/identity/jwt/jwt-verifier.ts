import type { FastifyRequest } from 'fastify';
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { decodeJwt, errors, jwtVerify } from 'jose';
import type { Authenticator, Credential } from '../../../core/access/authenticator.js';
import { bearerToken } from '../../../core/access/bearer-token.js';
import { DualIdError } from '../../../core/errors/dual-id-error.js';
import { refusal } from '../../../core/errors/problem.js';
import { isUuidText } from '../../../core/ids/any-uuid.js';
import { algorithmsOf, requireOptions } from './jwt-settings.js';
import type { JwtVerifierOptions } from './jwt-verifier.options.js';
import { keySetOf } from './key-set.js';

/** Recognizes JSON Web Tokens of one issuer, sent as `Authorization: Bearer <token>`. */
export class JwtVerifier implements Authenticator {
  readonly #key: JWTVerifyGetKey;
  readonly #checks: JWTVerifyOptions;

  constructor(private readonly options: JwtVerifierOptions) {
    requireOptions(options);
    this.#key = keySetOf(options);
    const { issuer, audience, clockTolerance = 5, tokenType } = options;
    this.#checks = {
      issuer,
      audience: [audience].flat(),
      algorithms: algorithmsOf(options),
      clockTolerance,
      requiredClaims: ['exp'],
      ...(tokenType === undefined ? {} : { typ: tokenType }),
    };
  }

  /** Texts that are no token of the issuer may be credentials of another kind. */
  async authenticate({ headers }: FastifyRequest): Promise<Credential | undefined> {
    const token = bearerToken(headers.authorization);
    return token === undefined || !this.#isOwn(token) ? undefined : this.verify(token);
  }

  /**
   * Returns what a token proves; throws `unauthenticated` if it is not valid, and `unavailable` if
   * nobody can tell because the keys cannot be fetched.
   */
  async verify(token: string): Promise<Credential> {
    const payload = await this.#payload(token);
    const { principalClaim = 'sub', scopeClaim } = this.options;
    const principal = Object.hasOwn(payload, principalClaim) ? payload[principalClaim] : undefined;
    if (typeof principal !== 'string' || !isUuidText(principal)) throw invalid();
    const scopes = scopeClaim === undefined ? undefined : readScopes(payload, scopeClaim);
    return { principalUuid: principal.toLowerCase(), scopes };
  }

  async #payload(token: string): Promise<JWTPayload> {
    if (!hasOneSpelling(token)) throw invalid();
    try {
      return (await jwtVerify(token, this.#key, this.#checks)).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return this.#tryEach(token, error);
      throw tokenReasonOf(error);
    }
  }

  /** A token without a key id may fit several keys. */
  async #tryEach(
    token: string,
    keys: InstanceType<typeof errors.JWKSMultipleMatchingKeys>,
  ): Promise<JWTPayload> {
    for await (const key of keys) {
      try {
        return (await jwtVerify(token, key, this.#checks)).payload;
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw tokenReasonOf(error);
      }
    }
    throw invalid();
  }

  /** By what the token says of itself, which its signature has yet to prove. */
  #isOwn(token: string): boolean {
    try {
      return decodeJwt(token).iss === this.options.issuer;
    } catch {
      return false;
    }
  }
}

/**
 * Whether the signature is written as issuers write it. Decoders also take other texts for the same
 * bytes; with each of them a client would have a rate limit more.
 */
function hasOneSpelling(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1);
  return Buffer.from(signature, 'base64url').toString('base64url') === signature;
}

function readScopes(payload: JWTPayload, claim: string): ReadonlySet<string> {
  const value: unknown = Object.hasOwn(payload, claim) ? payload[claim] : '';
  const words = typeof value === 'string' ? value.split(' ').filter(Boolean) : value;
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) throw invalid();
  return new Set(words);
}

function tokenReasonOf(error: unknown): unknown {
  if (error instanceof DualIdError) return error;
  if (error instanceof errors.JWTExpired) return invalid('The token has expired.');
  const isEarly = error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf';
  return invalid(isEarly ? 'The token is not valid yet.' : undefined);
}

function invalid(detail = 'The token is not valid.'): DualIdError {
  return refusal('unauthenticated', { detail });
}
