import type { JWK } from 'jose';

/** Options of `JwtVerifier`. */
export interface JwtVerifierOptions {
  /** The `iss` of the tokens; tokens of another issuer are left to other authenticators. */
  readonly issuer: string;
  /** The `aud` that tokens must have, or one of several. */
  readonly audience: string | readonly string[];
  /** Where the issuer publishes its public keys: an `https` address. Either this or `keys`. */
  readonly jwksUri?: string;
  /** The public keys themselves. */
  readonly keys?: readonly JWK[];
  /** The algorithms of signatures that are accepted; all asymmetric ones by default. */
  readonly algorithms?: readonly string[];
  /** Seconds by which the clocks may differ; 5 by default. */
  readonly clockTolerance?: number;
  /** The claim with the public id of the principal; `sub` by default. */
  readonly principalClaim?: string;
  /**
   * The claim with the scopes that the token is limited to, a list or words with spaces between
   * them, such as `scope`. Tokens without it may do nothing then. Without this option, tokens are
   * not limited.
   */
  readonly scopeClaim?: string;
  /** The `typ` that the header of tokens must have, such as `at+jwt`; any by default. */
  readonly tokenType?: string;
  /** Milliseconds to wait for the keys of `jwksUri`; 5000 by default. */
  readonly keysTimeout?: number;
  /**
   * Milliseconds between two fetches for keys that are not known, and the longest pause after a
   * fetch that failed; 30,000 by default.
   */
  readonly keysCooldown?: number;
  /** Milliseconds after which the keys are fetched again; 600,000 by default. */
  readonly keysMaxAge?: number;
}
