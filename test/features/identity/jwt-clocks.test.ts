import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { JwtVerifier } from 'nest-dual-id/identity';
import { setClock, skews } from '../../support/skewed-clock.js';
import { audience, Issuer, issuerName, signed } from './issuer.js';
import type { IssuerKey } from './issuer.js';

let key: IssuerKey;
beforeAll(async () => {
  key = await new Issuer().makeKey('only');
});
afterEach(() => setClock(0));

const sub = '11111111-1111-4111-8111-111111111111';
const now = () => Math.floor(Date.now() / 1_000);

/** What a verifier with this tolerance says of a token, at once. */
async function found(token: string, clockTolerance?: number): Promise<string> {
  const tolerance = clockTolerance === undefined ? {} : { clockTolerance };
  const by = new JwtVerifier({ issuer: issuerName, audience, keys: [key.jwk], ...tolerance });
  const headers = { authorization: `Bearer ${token}` };
  return by.authenticate({ headers } as FastifyRequest).then(
    () => 'valid',
    ({ details }) => details.detail as string,
  );
}

describe.each(skews)('a process whose clock is %s that of the issuer', (_where, skew) => {
  test('takes tokens that are valid by its own clock, give or take the tolerance', async () => {
    const token = await signed(key, { sub, nbf: now(), exp: now() + 60 });
    const reason = skew > 0 ? 'The token has expired.' : 'The token is not valid yet.';
    setClock(skew);
    expect(await found(token)).toBe(reason);
    expect(await found(token, 500)).toBe(reason);
    expect(await found(token, 600)).toBe('valid');
  });

  test('ends a token by its own clock', async () => {
    const own = now() + skew / 1_000;
    const [living, ended, early] = await Promise.all([
      signed(key, { sub, nbf: own - 60, exp: own + 60 }),
      signed(key, { sub, exp: own - 60 }),
      signed(key, { sub, nbf: own + 60, exp: own + 120 }),
    ]);
    setClock(skew);
    expect(await found(living!)).toBe('valid');
    expect(await found(ended!)).toBe('The token has expired.');
    expect(await found(early!)).toBe('The token is not valid yet.');
  });
});
