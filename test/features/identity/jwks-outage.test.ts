import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JwtVerifier } from 'nest-dual-id/identity';
import type { JwtVerifierOptions } from 'nest-dual-id/identity';
import { audience, Issuer, issuerName, signed } from './issuer.js';
import type { IssuerKey } from './issuer.js';

const issuer = new Issuer();
const sub = '11111111-1111-4111-8111-111111111111';
const unavailable = { code: 'unavailable', status: 503 };
let key: IssuerKey;
let warnings: string[];

beforeAll(() => issuer.start());
afterAll(() => issuer.stop());
beforeEach(async () => {
  warnings = [];
  const note = (text: string) => void warnings.push(text);
  Logger.overrideLogger({ log: note, error: note, warn: note });
  key = await issuer.makeKey('first');
  issuer.published = [key.jwk];
  issuer.behavior = 'answers';
  issuer.fetches = 0;
});
afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

function verifier(more: Partial<JwtVerifierOptions> = {}): JwtVerifier {
  const given = { issuer: issuerName, audience, jwksUri: issuer.jwksUri, ...more };
  return new JwtVerifier(given as JwtVerifierOptions);
}

const ask = (by: JwtVerifier, token: string) =>
  by.authenticate({ headers: { authorization: `Bearer ${token}` } } as FastifyRequest);
const token = (header = {}) => signed(key, { sub }, header);
const outcome = (asking: ReturnType<typeof ask>) =>
  asking!.then(
    () => 'valid',
    ({ code, details }) => [code, details.retryAfter] as const,
  );

describe.each(['fails', 'hangs', 'lies', 'mixes up'] as const)(
  'an address of keys that %s',
  (behavior) => {
    test('is asked once by all who need it at a time, and by nobody soon after that', async () => {
      const by = verifier({ keysTimeout: 300 });
      issuer.behavior = behavior;
      const text = await token();
      const crowd = await Promise.all(Array.from({ length: 50 }, () => outcome(ask(by, text))));
      expect(new Set(crowd.map(([code]) => code))).toEqual(new Set(['unavailable']));
      for (let round = 0; round < 20; round += 1) {
        await expect(ask(by, text)).rejects.toMatchObject(unavailable);
      }
      expect(issuer.fetches).toBe(1);
      expect(warnings).toEqual([expect.stringContaining('could not be fetched')]);
    });

    test('keeps nobody out whose key is known, and makes no other 401', async () => {
      const by = verifier({ keysTimeout: 300, keysCooldown: 1 });
      const known = await token();
      await ask(by, known);
      issuer.behavior = behavior;
      for (let round = 0; round < 5; round += 1) {
        const unknown = await token({ kid: `unknown ${round}` });
        await expect(ask(by, unknown)).rejects.toMatchObject(unavailable);
        expect(await ask(by, known)).toMatchObject({ principalUuid: sub });
      }
      expect(warnings).toHaveLength(1);
    });
  },
);

test('the pause after each failure grows up to keysCooldown, and clients are told its length', async () => {
  const by = verifier({ keysCooldown: 2_000 });
  issuer.behavior = 'fails';
  const text = await token();
  const told: number[] = [];
  const gaps: number[] = [];
  let failedAt = performance.now();
  while (issuer.fetches < 3) {
    const before = issuer.fetches;
    const [code, retryAfter] = (await outcome(ask(by, text))) as [string, number];
    expect(code).toBe('unavailable');
    await sleep(5);
    if (issuer.fetches === before) continue;
    told.push(retryAfter);
    gaps.push(performance.now() - failedAt);
    failedAt = performance.now();
  }
  expect(gaps[1]).toBeGreaterThan(490);
  expect(gaps[2]).toBeGreaterThan(990);
  expect(told[0]).toBe(1);
  expect(Math.max(...told)).toBeLessThanOrEqual(2);
  expect(warnings).toHaveLength(1);
});

test('an address of keys that is well again is found to be so, and a later outage is told again', async () => {
  const by = verifier({ keysCooldown: 50, keysMaxAge: 0 });
  const text = await token();
  for (const behavior of ['fails', 'answers', 'fails'] as const) {
    issuer.behavior = behavior;
    const wanted = behavior === 'answers' ? 'valid' : 'unavailable';
    let found = [await outcome(ask(by, text))].flat();
    while (found[0] !== wanted) found = [await outcome(ask(by, text))].flat();
  }
  expect(warnings).toHaveLength(2);
});
