import { problem } from '../../../core/errors/problem.js';
import type { JwtVerifierOptions } from './jwt-verifier.options.js';

/** Algorithms whose verifiers cannot sign. */
const asymmetric: readonly string[] =
  'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** The algorithms that are accepted; refuses those by which whoever knows a key can sign. */
export function algorithmsOf({ algorithms = asymmetric }: JwtVerifierOptions): string[] {
  if (algorithms.length === 0) refuseJwtSetting('algorithms is an empty list.');
  const wrong = algorithms.find((name) => !asymmetric.includes(name));
  if (wrong !== undefined) {
    refuseJwtSetting(
      `algorithms has ${JSON.stringify(wrong)}, by which everybody who verifies tokens could issue them, or which is unknown. Accepted are ${asymmetric.join(', ')}.`,
    );
  }
  return [...algorithms];
}

/** Refuses options that verify nothing. */
export function requireOptions(options: JwtVerifierOptions): void {
  const { issuer, audience, jwksUri, keys, clockTolerance = 5 } = options;
  if (!issuer) refuseJwtSetting('issuer is missing.');
  if ([audience].flat().length === 0 || [audience].flat().some((one) => !one)) {
    refuseJwtSetting('audience is missing.');
  }
  if ((jwksUri === undefined) === (keys === undefined)) {
    refuseJwtSetting('exactly one of jwksUri and keys is needed.');
  }
  if (!(clockTolerance >= 0 && clockTolerance <= 600)) {
    refuseJwtSetting('clockTolerance is not a number of seconds from 0 to 600.');
  }
  for (const { kty, d } of keys ?? []) {
    if (kty === 'oct' || d !== undefined)
      refuseJwtSetting('keys has a secret key; give public ones.');
  }
  if (keys?.length === 0) refuseJwtSetting('keys is an empty list.');
}

/** The address of the keys, which nobody in between may replace. */
export function keysAddress(jwksUri: string): URL {
  const url = URL.canParse(jwksUri) ? new URL(jwksUri) : undefined;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback)) return url;
  return refuseJwtSetting(`jwksUri is not an https address: ${JSON.stringify(jwksUri)}.`);
}

function refuseJwtSetting(what: string): never {
  throw problem('setup_refused', { detail: `The options of JwtVerifier are refused: ${what}` });
}
