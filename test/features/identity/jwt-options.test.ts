import { expect, test } from '@jest/globals';
import { JwtVerifier } from 'nest-dual-id/identity';
import type { JwtVerifierOptions } from 'nest-dual-id/identity';
import { audience, issuerName } from './issuer.js';

test.each<[string, Partial<JwtVerifierOptions>]>([
  ['none', { algorithms: ['ES256', 'none'] }],
  ['a symmetric algorithm', { algorithms: ['RS256', 'HS256'] }],
  ['no algorithm', { algorithms: [] }],
  ['an unknown algorithm', { algorithms: ['RS1'] }],
  ['no issuer', { issuer: '' }],
  ['no audience', { audience: [] }],
  ['an empty audience', { audience: '' }],
  ['no keys', { jwksUri: undefined as never }],
  ['two places of keys', { keys: [] }],
  ['an address that can be replaced', { jwksUri: 'http://issuer.example/jwks' }],
  ['no address', { jwksUri: 'jwks' }],
  ['a clock that is no clock', { clockTolerance: Number.NaN }],
  ['an empty list of keys', { jwksUri: undefined as never, keys: [] }],
  [
    'a private key',
    { jwksUri: undefined as never, keys: [{ kty: 'EC', crv: 'P-256', d: 'AAAA' }] },
  ],
  ['a secret key', { jwksUri: undefined as never, keys: [{ kty: 'oct', k: 'AAAA' }] }],
])('a verifier is refused at the start with %s', (_what, options) => {
  const given = {
    issuer: issuerName,
    audience,
    jwksUri: 'https://issuer.example/jwks',
    ...options,
  };
  expect(() => new JwtVerifier(given as JwtVerifierOptions)).toThrow(
    /options of JwtVerifier are refused/,
  );
});
