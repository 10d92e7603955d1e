import { expect, test } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { JWTPayload } from 'jose';
import { JwtVerifier } from 'nest-dual-id/identity';
import { audience, Issuer, issuerName, signed } from './issuer.js';
import type { IssuerKey } from './issuer.js';

const sub = '11111111-1111-4111-8111-111111111111';
const alphabet = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

async function keyAndVerifier(algorithm: string): Promise<[IssuerKey, JwtVerifier]> {
  const key = await new Issuer().makeKey('only', algorithm);
  return [key, new JwtVerifier({ issuer: issuerName, audience, keys: [key.jwk] })];
}

const ask = async (by: JwtVerifier, token: string) =>
  by.authenticate({ headers: { authorization: `Bearer ${token}` } } as FastifyRequest);

/** Signs with other ids until the text has this form. */
async function tokenLike(key: IssuerKey, form: RegExp): Promise<string> {
  for (let jti = ''; ; jti += 'x') {
    const text = await signed(key, { sub, jti } as JWTPayload);
    if (form.test(text)) return text;
  }
}

test.each(['ES256', 'ES384', 'RS256', 'EdDSA'])(
  'a signature by %s is accepted in one spelling',
  async (algorithm) => {
    const [key, by] = await keyAndVerifier(algorithm);
    const text = await tokenLike(key, /[-_][^.]*$/);
    const inOldLetters = text.replace(/[^.]*$/, (signature) =>
      signature.replaceAll('-', '+').replaceAll('_', '/'),
    );
    const endings = alphabet.map((last) => text.slice(0, -1) + last);
    const others = new Set([...endings, `${text}=`, `${text}==`, inOldLetters]);
    others.delete(text);
    for (const other of others) {
      await expect(ask(by, other)).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(await ask(by, text)).toMatchObject({ principalUuid: sub });
  },
);

test.each([0, 1])('part %s of a token is accepted in one spelling', async (place) => {
  const [key, by] = await keyAndVerifier('ES256');
  // Where the last letter says less than six bits, several letters say the same.
  const text = await tokenLike(key, /^(?:[^.]{4})*[^.]{2,3}\.(?:[^.]{4})*[^.]{2,3}\./);
  const parts = text.split('.');
  for (const last of alphabet) {
    const other = parts.with(place, parts[place]!.slice(0, -1) + last).join('.');
    if (other === text) continue;
    // A part that is no JSON is no token of the issuer, and left to others.
    expect(await ask(by, other).catch(() => undefined)).toBeUndefined();
  }
});
