import { describe, expect, test } from '@jest/globals';
import { newPublicId } from 'nest-dual-id';
import { secretPattern } from 'nest-dual-id/api-keys';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { smallToBase62, toBase62 } from '../../../src/features/api-keys/token/base62.js';
import { KeyTokens } from '../../../src/features/api-keys/token/key-tokens.js';

const form = { prefix: 'shop', environment: 'live' };
const tokens = new KeyTokens(form);
const uuids = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => {
  const hex = Buffer.from(bytes).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
});

/** A token of these parts with a checksum that is right. */
function tokenOf(uuid: bigint, secret: bigint, head = 'shop_live_'): string {
  const text = `${head}${toBase62(uuid, 22)}_${toBase62(secret, 43)}_`;
  return text + smallToBase62(crc32(text), 6);
}

describe('a token', () => {
  test('is read back as it was created', () => {
    fc.assert(
      fc.property(uuids, (uuid) => {
        const token = tokens.create(uuid);
        expect(token).toHaveLength(10 + 22 + 1 + 43 + 1 + 6);
        expect(tokens.parse(token)).toEqual({ uuid, secret: token.split('_')[3] });
      }),
    );
  });

  test('has 32 random bytes that no other has', () => {
    const uuid = newPublicId(4);
    const secrets = Array.from({ length: 1_000 }, () => tokens.parse(tokens.create(uuid))!.secret);
    expect(new Set(secrets).size).toBe(1_000);
    expect(new Set(secrets.map((secret) => secret[42])).size).toBeGreaterThan(50);
  });

  test('is refused with any one character changed, left out, added or swapped', () => {
    const characters = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_- é\n'];
    const token = tokens.create(newPublicId(4));
    for (let at = 0; at < token.length; at += 1) {
      const [before, after] = [token.slice(0, at), token.slice(at + 1)];
      const changed = characters.filter((one) => one !== token[at]);
      const others = changed.map((one) => before + one + after);
      others.push(before + after, `${before}0${token.slice(at)}`);
      expect(others.filter((one) => tokens.isWellFormed(one))).toEqual([]);
    }
    expect(tokens.isWellFormed(`${token}\n`)).toBe(false);
  });

  test('is refused if its numbers have more bits than a UUID and a secret', () => {
    const [uuid, secret] = [2n ** 128n - 1n, 2n ** 256n - 1n];
    expect(tokens.parse(tokenOf(uuid, secret))?.uuid).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff');
    expect(tokens.parse(tokenOf(0n, 0n))?.uuid).toBe('00000000-0000-0000-0000-000000000000');
    expect(tokens.parse(tokenOf(uuid + 1n, secret))).toBeUndefined();
    expect(tokens.parse(tokenOf(uuid, secret + 1n))).toBeUndefined();
    expect(tokens.parse(tokenOf(62n ** 22n - 1n, 0n))).toBeUndefined();
    expect(tokens.parse(tokenOf(0n, 62n ** 43n - 1n))).toBeUndefined();
  });

  test('of another application or environment is refused', () => {
    for (const head of ['shop_test_', 'shoplive__', 'SHOP_live_', 'shop_live-']) {
      expect(tokens.parse(tokenOf(1n, 1n, head))).toBeUndefined();
    }
  });

  test('is told from anything else, whatever it is', () => {
    const values = fc.oneof(
      fc.anything(),
      fc.string(),
      fc.string({ unit: 'binary', minLength: 83, maxLength: 83 }),
      fc.stringMatching(/^shop_live_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/),
    );
    fc.assert(fc.property(values, (value) => tokens.parse(value) === undefined));
  });
});

describe('the pattern for secret scanners', () => {
  test('finds tokens in any text', () => {
    const found = new RegExp(secretPattern(form), 'g');
    const [one, two] = [tokens.create(newPublicId(4)), tokens.create(newPublicId(4))];
    const text = `Authorization: Bearer ${one}\nKEY="${two}";`;
    expect(text.match(found)).toEqual([one, two]);
    expect(`x${one}`.match(found)).toBeNull();
    expect(`${one}0`.match(found)).toBeNull();
  });

  test('is of one environment, or of all', () => {
    const token = tokens.create(newPublicId(4));
    expect(token).toMatch(new RegExp(`^${secretPattern({ prefix: 'shop' })}$`));
    expect(token).not.toMatch(new RegExp(secretPattern({ prefix: 'shop', environment: 'test' })));
    expect(() => secretPattern({ prefix: 'a.b' })).toThrow(/option prefix/);
  });
});

test.each(['', 'my_shop', '1shop', 'shop ', 'shöp', 'a'.repeat(21), 'a-b', undefined])(
  'the prefix and the environment cannot be %j',
  (word) => {
    const refused = expect.objectContaining({ code: 'setup_refused' });
    for (const name of ['prefix', 'environment']) {
      expect(() => new KeyTokens({ ...form, [name]: word })).toThrow(refused as never);
    }
  },
);
