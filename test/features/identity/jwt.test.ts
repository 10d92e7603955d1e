import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JwtVerifier } from 'nest-dual-id/identity';
import type { JwtVerifierOptions } from 'nest-dual-id/identity';
import { exportSPKI, generateKeyPair } from 'jose';
import type { JWTPayload } from 'jose';
import { audience, Issuer, issuerName, signed, unsigned } from './issuer.js';
import type { IssuerKey } from './issuer.js';

const issuer = new Issuer();
let key: IssuerKey;
beforeAll(() => issuer.start());
afterAll(() => issuer.stop());
beforeEach(async () => {
  Logger.overrideLogger(false);
  key = await issuer.makeKey('first');
  issuer.published = [key.jwk];
  issuer.behavior = 'answers';
  issuer.fetches = 0;
});
afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

const sub = '11111111-1111-4111-8111-111111111111';

function verifier(more: Partial<JwtVerifierOptions> = {}): JwtVerifier {
  const given = { issuer: issuerName, audience, jwksUri: issuer.jwksUri, ...more };
  return new JwtVerifier(given as JwtVerifierOptions);
}

const ask = (by: JwtVerifier, token: string | undefined) =>
  by.authenticate({
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  } as FastifyRequest);
const token = (claims: JWTPayload = {}, header = {}) => signed(key, { sub, ...claims }, header);
const seconds = (from: number) => Math.floor(Date.now() / 1_000) + from;
const invalid = { code: 'unauthenticated', status: 401 };

describe('a token', () => {
  test.each(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])(
    'signed by %s proves who its principal is',
    async (algorithm) => {
      key = await issuer.makeKey('other', algorithm);
      issuer.published = [key.jwk];
      const found = await ask(verifier(), await token({ sub: sub.toUpperCase() }));
      expect(found).toEqual({ principalUuid: sub, scopes: undefined });
    },
  );

  test.each([
    ['expired beyond the tolerance', () => ({ exp: seconds(-60) }), 'The token has expired.'],
    ['not valid yet', () => ({ nbf: seconds(60) }), 'The token is not valid yet.'],
    ['for somebody else', () => ({ aud: 'https://other.example' }), 'The token is not valid.'],
    ['for nobody', () => ({ aud: undefined }), 'The token is not valid.'],
    ['without an end', () => ({ exp: undefined }), 'The token is not valid.'],
    ['with an end that is no number', () => ({ exp: 'never' }), 'The token is not valid.'],
    ['without a principal', () => ({ sub: undefined }), 'The token is not valid.'],
    ['of a principal with a number', () => ({ sub: '7' }), 'The token is not valid.'],
    ['of a principal that is no text', () => ({ sub: [sub] }), 'The token is not valid.'],
  ])('is refused if it is %s', async (_what, claims, detail) => {
    const asking = ask(verifier(), await token(claims() as JWTPayload));
    await expect(asking).rejects.toMatchObject({ ...invalid, details: { detail } });
  });

  test('may differ from the clock by the tolerance', async () => {
    const by = verifier({ clockTolerance: 30 });
    for (const claims of [{ exp: seconds(-10) }, { nbf: seconds(20) }]) {
      expect(await ask(by, await token(claims))).toMatchObject({ principalUuid: sub });
      await expect(ask(verifier({ clockTolerance: 0 }), await token(claims))).rejects.toThrow();
    }
  });

  test('is limited to its scopes if a claim of them is named, and to none without it', async () => {
    const by = verifier({ scopeClaim: 'scope' });
    const scopesOf = async (claims: JWTPayload) => (await ask(by, await token(claims)))!.scopes;
    expect(await scopesOf({ scope: 'orders:read  orders:write' })).toEqual(
      new Set(['orders:read', 'orders:write']),
    );
    expect(await scopesOf({ scope: ['orders:read'] })).toEqual(new Set(['orders:read']));
    expect(await scopesOf({})).toEqual(new Set());
    for (const scope of [7, { all: true }, [7], null]) {
      await expect(scopesOf({ scope })).rejects.toMatchObject(invalid);
    }
  });

  test('names its principal in a claim of one’s choice, which it does not inherit', async () => {
    const by = verifier({ principalClaim: 'person' });
    expect(await ask(by, await token({ person: sub, sub: 'x' }))).toMatchObject({
      principalUuid: sub,
    });
    const inherited = verifier({ principalClaim: 'constructor', scopeClaim: 'toString' });
    await expect(ask(inherited, await token())).rejects.toMatchObject(invalid);
  });

  test('is of the type that is asked for', async () => {
    const by = verifier({ tokenType: 'at+jwt' });
    expect(await ask(by, await token({}, { typ: 'at+jwt' }))).toBeDefined();
    await expect(ask(by, await token({}, { typ: 'JWT' }))).rejects.toMatchObject(invalid);
  });
});

describe('a forgery', () => {
  const claims = () => ({ iss: issuerName, aud: audience, sub, exp: seconds(60) });

  test('without a signature is refused before any key is fetched', async () => {
    for (const alg of ['none', 'None', 'NONE', '']) {
      const forged = unsigned({ alg, kid: 'first' }, claims());
      await expect(ask(verifier(), forged)).rejects.toMatchObject(invalid);
    }
    expect(issuer.fetches).toBe(0);
  });

  test('that takes the public key for a secret is refused', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const secrets = [await exportSPKI(publicKey), JSON.stringify(key.jwk)];
    for (const secret of secrets) {
      const text = unsigned({ alg: 'HS256', kid: 'first' }, claims()).slice(0, -1);
      const signature = createHmac('sha256', secret).update(text).digest('base64url');
      await expect(ask(verifier(), `${text}.${signature}`)).rejects.toMatchObject(invalid);
    }
    expect(issuer.fetches).toBe(0);
  });

  test('by another key under the same id, or with its key in the header, is refused', async () => {
    const forger = await issuer.makeKey('first');
    const headers = [{}, { jwk: forger.jwk }, { jku: 'http://127.0.0.1:1/keys' }];
    for (const header of headers) {
      const forged = await signed(forger, { sub }, header);
      await expect(ask(verifier(), forged)).rejects.toMatchObject(invalid);
    }
  });

  test('with other claims behind the signature is refused', async () => {
    const [head, , signature] = (await token()).split('.');
    const other = unsigned({}, { ...claims(), sub: sub.replaceAll('1', '2') }).split('.')[1];
    const forged = `${head}.${other}.${signature}`;
    await expect(ask(verifier(), forged)).rejects.toMatchObject(invalid);
  });

  test('of a published secret is refused', async () => {
    const k = Buffer.from('a shared secret of 32 bytes long').toString('base64url');
    issuer.published = [{ kty: 'oct', k, kid: 'oct', alg: 'HS256' }];
    const text = unsigned({ alg: 'HS256', kid: 'oct' }, claims()).slice(0, -1);
    const signature = createHmac('sha256', Buffer.from(k, 'base64url'))
      .update(text)
      .digest('base64url');
    await expect(ask(verifier(), `${text}.${signature}`)).rejects.toMatchObject(invalid);
  });
});

test('what is no token of the issuer is left to others', async () => {
  const others = [
    undefined,
    'garbage',
    'a.b.c',
    '..',
    'shop_live_abc_def_ghi',
    unsigned({ alg: 'ES256' }, [1]),
    await token({ iss: 'https://other.example' }),
    await token({ iss: undefined } as never),
  ];
  for (const other of others) expect(await ask(verifier(), other)).toBeUndefined();
  expect(issuer.fetches).toBe(0);
});

test('a token of another issuer is not valid, if a verifier is asked about it directly', async () => {
  const foreign = token({ iss: 'https://other.example' });
  await expect(verifier().verify(await foreign)).rejects.toMatchObject(invalid);
  expect(await verifier().verify(await token())).toMatchObject({ principalUuid: sub });
});

describe('the keys', () => {
  test('are fetched once, and again for a key that was published since', async () => {
    const by = verifier({ keysCooldown: 0 });
    const old = await token();
    await Promise.all([ask(by, old), ask(by, old), ask(by, old)]);
    expect(issuer.fetches).toBe(1);
    key = await issuer.makeKey('second');
    issuer.published.push(key.jwk);
    expect(await ask(by, await token())).toMatchObject({ principalUuid: sub });
    expect(await ask(by, old)).toMatchObject({ principalUuid: sub });
    expect(issuer.fetches).toBe(2);
  });

  test('that are published no longer verify nothing once they are fetched again', async () => {
    const by = verifier({ keysMaxAge: 0, keysCooldown: 0 });
    const old = await token();
    expect(await ask(by, old)).toBeDefined();
    issuer.published = [(await issuer.makeKey('second')).jwk];
    await expect(ask(by, old)).rejects.toMatchObject(invalid);
  });

  test('of unknown tokens are not fetched again and again', async () => {
    const by = verifier();
    await ask(by, await token());
    for (let round = 0; round < 20; round += 1) {
      const forged = await token({}, { kid: `made up ${round}` });
      await expect(ask(by, forged)).rejects.toMatchObject(invalid);
    }
    expect(issuer.fetches).toBe(1);
  });

  test.each(['__proto__', 'constructor', '', '../../etc/passwd', 'ключ 🔑', `' OR 1=1`, 'a\nb'])(
    'may have an odd id: %j',
    async (kid) => {
      const by = verifier();
      await expect(ask(by, await token({}, { kid }))).rejects.toMatchObject(invalid);
      key = await issuer.makeKey(kid);
      issuer.published = [key.jwk];
      expect(await ask(verifier(), await token())).toMatchObject({ principalUuid: sub });
    },
  );

  test('may be several for a token that does not say which', async () => {
    issuer.published = [(await issuer.makeKey('a')).jwk, key.jwk, (await issuer.makeKey('b')).jwk];
    expect(await ask(verifier(), await token({}, { kid: undefined }))).toBeDefined();
    const stranger = await signed(await issuer.makeKey('c'), { sub }, { kid: undefined });
    await expect(ask(verifier(), stranger)).rejects.toMatchObject(invalid);
    const expired = await token({ exp: seconds(-60) }, { kid: undefined });
    await expect(ask(verifier(), expired)).rejects.toMatchObject(invalid);
  });

  test.each(['fails', 'hangs', 'lies'] as const)(
    'that cannot be fetched make nobody unauthenticated: the address %s',
    async (behavior) => {
      const by = verifier({ keysTimeout: 200, keysCooldown: 0 });
      issuer.behavior = behavior;
      const unavailable = { code: 'unavailable', status: 503 };
      await expect(ask(by, await token())).rejects.toMatchObject(unavailable);
      issuer.behavior = 'answers';
      expect(await ask(by, await token())).toBeDefined();
      issuer.behavior = behavior;
      expect(await ask(by, await token())).toBeDefined();
      const unknown = await token({}, { kid: 'unknown' });
      await expect(ask(by, unknown)).rejects.toMatchObject(unavailable);
    },
  );

  test('may be given, without an address', async () => {
    const by = new JwtVerifier({ issuer: issuerName, audience, keys: [key.jwk] });
    expect(await ask(by, await token())).toBeDefined();
    expect(issuer.fetches).toBe(0);
  });
});
