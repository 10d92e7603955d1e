import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { newPublicId } from 'nest-dual-id';
import { smallToBase62 } from '../../../src/features/api-keys/token/base62.js';
import { KeyTokens } from '../../../src/features/api-keys/token/key-tokens.js';
import type { Instance, Vault } from './vault.js';
import { openVault, vaultOptions } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());

const tokens = new KeyTokens(vaultOptions);
const create = async (more = {}) =>
  (await app.keys.create({ name: 'export', scopes: ['read'], ...more })).token;

describe('a new key', () => {
  test('is shown with its token once, and verified by it', async () => {
    const principalUuid = await vault.person('Ada');
    const expiresAt = new Date(Date.now() + 3_600_000);
    const scopes = ['orders:read', 'orders:write', 'orders:read'];
    const issued = await app.keys.create({ name: 'export', scopes, expiresAt, principalUuid });
    const { uuid } = issued.key;
    expect(issued.key).toEqual({
      uuid: tokens.parse(issued.token)!.uuid,
      name: 'export',
      start: issued.token.slice(0, 'shop_test_'.length + 8),
      environment: 'test',
      scopes: ['orders:read', 'orders:write'],
      principalUuid,
      guestOf: null,
      importedFrom: null,
      createdAt: expect.any(Date),
      expiresAt,
      revokedAt: null,
      rotatedAt: null,
      graceUntil: null,
      replacedByUuid: null,
      lastUsedAt: null,
    });
    const verified = {
      uuid,
      scopes: issued.key.scopes,
      principalUuid,
      guestOf: null,
      environment: 'test',
    };
    expect(await app.keys.verify(issued.token)).toEqual({ ...verified, expiresAt });
    expect(await app.keys.verify(issued.token)).toEqual({ ...verified, expiresAt });
  });

  test('has both ids and a passport', async () => {
    const { uuid } = tokens.parse(await create())!;
    const [passport] = await vault.sql(
      `SELECT p.name, p.status, t.name AS type, p.entity_id = k.id AS same FROM dual_id.passports p
       JOIN dual_id.platform_types t ON t.id = p.platform_type_id
       JOIN dual_id.api_keys k USING (uuid) WHERE p.uuid = $1`,
      [uuid],
    );
    expect(passport).toEqual({ name: null, status: 'active', type: 'api_key', same: true });
  });

  test('is refused with a name, scopes, an expiry or a principal that it cannot have', async () => {
    const long = 'x'.repeat(201);
    const wrong = [
      ...[{ name: '' }, { name: long }, { name: 'a\0b' }, { scopes: [''] }, { scopes: 'read' }],
      ...[{ scopes: Array(101).fill('a') }, { scopes: [1] }, { expiresAt: new Date(Number.NaN) }],
      ...[{ expiresAt: '2030' }, { principalUuid: '5' }],
    ];
    for (const more of wrong) {
      await expect(create(more)).rejects.toMatchObject({ code: 'misuse' });
    }
    const past = { expiresAt: new Date(Date.now() - 1_000) };
    await expect(create(past)).rejects.toMatchObject({ code: 'rule_violated', status: 422 });
  });
});

describe('a token', () => {
  test('with another secret, of no key or of a deleted row is unknown', async () => {
    const token = await create();
    const { uuid } = tokens.parse(token)!;
    expect(await app.keys.verify(tokens.create(uuid))).toBe('unknown');
    expect(await app.keys.verify(tokens.create(newPublicId(4)))).toBe('unknown');
    await vault.sql('DELETE FROM dual_id.api_keys WHERE uuid = $1', [uuid]);
    expect(await app.keys.verify(token)).toBe('unknown');
  });

  test('is told to be revoked or expired only with the right secret', async () => {
    const [revoked, expired] = [await create(), await create()];
    const uuidOf = (token: string) => tokens.parse(token)!.uuid;
    await app.keys.revoke(uuidOf(revoked));
    await vault.sql(
      `UPDATE dual_id.api_keys SET created_at = now() - interval '1 day',
         expires_at = now() - interval '1 second' WHERE uuid = $1`,
      [uuidOf(expired)],
    );
    expect(await app.keys.verify(revoked)).toBe('revoked');
    expect(await app.keys.verify(expired)).toBe('expired');
    for (const token of [revoked, expired]) {
      expect(await app.keys.verify(tokens.create(uuidOf(token)))).toBe('unknown');
    }
  });

  test('of the same key in another environment is malformed here and unknown there', async () => {
    const live = await vault.open({ environment: 'live' });
    const token = await create();
    expect(await live.keys.verify(token)).toBe('malformed');
    const { uuid } = tokens.parse(token)!;
    const moved = new KeyTokens({ prefix: 'shop', environment: 'live' }).create(uuid);
    expect(await live.keys.verify(moved)).toBe('unknown');
  });

  test('is of no use with the secret and the hash of another key', async () => {
    const [mine, other] = [await create(), await create({ scopes: ['all'] })];
    const [head, env, , secret] = mine.split('_') as [string, string, string, string];
    const text = [head, env, other.split('_')[2], secret, ''].join('_');
    const mixed = text + smallToBase62(crc32(text), 6);
    await vault.sql(
      `UPDATE dual_id.api_keys SET hash = (SELECT hash FROM dual_id.api_keys WHERE uuid = $1)
       WHERE uuid = $2`,
      [tokens.parse(mine)!.uuid, tokens.parse(other)!.uuid],
    );
    expect(tokens.isWellFormed(mixed)).toBe(true);
    expect(await app.keys.verify(mixed)).toBe('unknown');
    expect(await app.keys.verify(other)).toBe('unknown');
  });

  test('ends when the clock of the database says so, in the cache as well', async () => {
    const honest = Date.now;
    const expiresAt = new Date(Date.now() + 1_200);
    try {
      // A process whose clock is an hour slow or fast.
      Date.now = () => honest() - 3_600_000;
      const token = await create({ expiresAt });
      expect(await app.keys.verify(token)).toMatchObject({ expiresAt });
      Date.now = () => honest() + 3_600_000;
      expect(await app.keys.verify(token)).toMatchObject({ expiresAt });
      await new Promise((resolve) => setTimeout(resolve, 1_250));
      Date.now = () => honest() - 3_600_000;
      expect(await app.keys.verify(token)).toBe('expired');
    } finally {
      Date.now = honest;
    }
  });
});

describe('garbage', () => {
  test('never reaches the database', async () => {
    const token = await create();
    const quiet = await vault.open();
    const before = quiet.statements();
    const random = () => randomBytes(61).toString('base64url').replaceAll(/[_-]/g, 'x');
    for (let round = 0; round < 100_000; round += 1) {
      const text = `shop_test_${random().slice(0, 22)}_${random().slice(0, 43)}_${random().slice(0, 6)}`;
      if ((await quiet.keys.verify(text)) !== 'malformed') throw new Error(text);
    }
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'a' ? 'b' : 'a';
      const mutated = token.slice(0, at) + other + token.slice(at + 1);
      expect(await quiet.keys.verify(mutated)).toBe('malformed');
    }
    const values = [undefined, null, 5, {}, [token], '', ' ', `${token} `, `Bearer ${token}`];
    for (const value of values) {
      expect(await quiet.keys.verify(value as string)).toBe('malformed');
    }
    expect(quiet.statements() - before).toBe(0);
    expect(quiet.keys.counts()).toMatchObject({ lookups: 0 });
  });
});

describe('verifying', () => {
  test('takes one statement for a token, however many ask for it, and writes nothing', async () => {
    const token = await create();
    const unknown = tokens.create(newPublicId(4));
    const fresh = await vault.open();
    const before = fresh.statements();
    const same = async (one: string) => {
      const all = await Promise.all(Array.from({ length: 50 }, () => fresh.keys.verify(one)));
      for (let round = 0; round < 50; round += 1) all.push(await fresh.keys.verify(one));
      return new Set(all.map((found) => JSON.stringify(found))).size;
    };
    expect([await same(token), await same(unknown)]).toEqual([1, 1]);
    expect(fresh.statements() - before).toBe(2);
    expect(fresh.keys.counts()).toMatchObject({ valid: 100, unknown: 100, lookups: 2 });
    const [row] = await vault.sql('SELECT last_used_at FROM dual_id.api_keys WHERE uuid = $1', [
      tokens.parse(token)!.uuid,
    ]);
    expect(row).toEqual({ last_used_at: null });
  });

  test('gives everybody an object of their own', async () => {
    const token = await create({ expiresAt: new Date(Date.now() + 60_000) });
    const first = await app.keys.verify(token);
    if (typeof first === 'string') throw new Error(first);
    expect(() => (first.scopes as string[]).push('all')).toThrow(TypeError);
    first.expiresAt!.setTime(0);
    (first as { principalUuid: string }).principalUuid = newPublicId(4);
    expect(await app.keys.verify(token)).not.toMatchObject({ expiresAt: new Date(0) });
    expect(await app.keys.verify(token)).toMatchObject({ scopes: ['read'], principalUuid: null });
  });

  test('inside a transaction sees its changes, which nobody else is told of', async () => {
    let token = '';
    const rolledBack = app.database.transaction(async () => {
      token = await create();
      expect(await app.keys.verify(token)).toMatchObject({ scopes: ['read'] });
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await app.keys.verify(token)).toBe('unknown');
  });
});
