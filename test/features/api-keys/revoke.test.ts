import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { newPublicId } from 'nest-dual-id';
import { DatabaseProxy } from '../../support/database-proxy.js';
import type { Instance, Vault } from './vault.js';
import { openVault } from './vault.js';

let vault: Vault;
let one: Instance;
let other: Instance;
beforeAll(async () => {
  vault = await openVault();
  one = await vault.open();
  other = await vault.open();
});
afterAll(() => vault.stop());

const create = async (more = {}) => {
  const { key, token } = await one.keys.create({ name: 'export', scopes: ['read'], ...more });
  return { uuid: key.uuid, token };
};
const valid = { scopes: ['read'] };

/** Verifies a token all the time, and returns the milliseconds until the outcome is another one. */
async function untilRefused({ keys }: Instance, token: string): Promise<number> {
  const start = performance.now();
  while (typeof (await keys.verify(token)) !== 'string') {
    if (performance.now() - start > 20_000) throw new Error('It is still valid.');
    await sleep(5);
  }
  return performance.now() - start;
}

describe('a revoked key', () => {
  test('is refused at once on this instance, and within a second on another', async () => {
    const { uuid, token } = await create();
    for (const { keys } of [one, other]) expect(await keys.verify(token)).toMatchObject(valid);
    await one.keys.revoke(uuid);
    expect(await one.keys.verify(token)).toBe('revoked');
    expect(await untilRefused(other, token)).toBeLessThan(1_000);
    expect(await other.keys.verify(token)).toBe('revoked');
  });

  test.each([
    ['an UPDATE', 'UPDATE dual_id.api_keys SET revoked_at = now() WHERE uuid = $1', 'revoked'],
    ['a DELETE', 'DELETE FROM dual_id.api_keys WHERE uuid = $1', 'unknown'],
    [
      'an earlier end',
      `UPDATE dual_id.api_keys SET created_at = now() - interval '1 day',
         expires_at = now() - interval '1 hour' WHERE uuid = $1`,
      'expired',
    ],
  ])('by SQL of one’s own, %s, is refused within a second', async (_what, sql, reason) => {
    const { uuid, token } = await create();
    for (const { keys } of [one, other]) expect(await keys.verify(token)).toMatchObject(valid);
    await vault.sql(sql, [uuid]);
    expect(await untilRefused(one, token)).toBeLessThan(1_000);
    expect(await untilRefused(other, token)).toBeLessThan(1_000);
    expect(await one.keys.verify(token)).toBe(reason);
  });

  test('is refused after TRUNCATE', async () => {
    const own = await openVault();
    const { keys } = await own.open();
    const { token } = await keys.create({ name: 'a', scopes: [] });
    await keys.verify(token);
    await own.sql('TRUNCATE dual_id.api_keys');
    await sleep(1_000);
    expect(await keys.verify(token)).toBe('unknown');
    await own.stop();
  });

  test('stays revoked as it was, and one that is not there is not found', async () => {
    const { uuid } = await create();
    await one.keys.revoke(uuid);
    const revoked = 'SELECT revoked_at FROM dual_id.api_keys WHERE uuid = $1';
    const before = await vault.sql(revoked, [uuid]);
    await one.keys.revoke(uuid.toUpperCase());
    expect(await vault.sql(revoked, [uuid])).toEqual(before);
    await expect(one.keys.revoke(newPublicId(4))).rejects.toMatchObject({ code: 'not_found' });
    const malformed = { code: 'malformed_public_id' };
    await expect(one.keys.revoke('7')).rejects.toMatchObject(malformed);
  });

  test('in a transaction is refused from its commit on, and not if it is rolled back', async () => {
    const { uuid, token } = await create();
    await one.keys.verify(token);
    const rolledBack = one.database.transaction(async () => {
      await one.keys.revoke(uuid);
      expect(await one.keys.verify(token)).toBe('revoked');
      expect(await one.database.outside(() => one.keys.verify(token))).toMatchObject(valid);
      throw new Error('no');
    });
    await expect(rolledBack).rejects.toThrow('no');
    expect(await one.keys.verify(token)).toMatchObject(valid);
    await one.database.transaction(() => one.keys.revoke(uuid));
    expect(await one.keys.verify(token)).toBe('revoked');
  });

  test('is revoked whatever else changes keys in a long transaction', async () => {
    const [first, second] = [await create(), await create()];
    await one.database.transaction(async () => {
      await one.keys.revoke(first.uuid);
      await other.keys.revoke(second.uuid);
      expect(await other.keys.verify(second.token)).toBe('revoked');
    });
    expect(await one.keys.verify(first.token)).toBe('revoked');
  });

  test('at REPEATABLE READ is a concurrent change if another one was revoked meanwhile', async () => {
    const [first, second] = [await create(), await create()];
    const overtaken = one.database.transaction(async () => {
      await one.keys.list();
      await other.keys.revoke(second.uuid);
      await one.keys.revoke(first.uuid);
    }, 'REPEATABLE READ');
    await expect(overtaken).rejects.toMatchObject({ code: 'concurrent_change' });
    expect(await one.keys.verify(first.token)).toMatchObject(valid);
  });

  test('is valid for nobody who asks after the revocation has returned', async () => {
    for (let round = 0; round < 40; round += 1) {
      const { uuid, token } = await create();
      if (round % 2 === 0) await one.keys.verify(token);
      let isRevoked = false;
      const late: unknown[] = [];
      const asking = Array.from({ length: 8 }, async () => {
        for (let asked = 0; asked < 30; asked += 1) {
          const askedLate = isRevoked;
          const found = await one.keys.verify(token);
          if (askedLate) late.push(found);
        }
      });
      await sleep(round % 4);
      await one.keys.revoke(uuid);
      isRevoked = true;
      await Promise.all(asking);
      expect(await one.keys.verify(token)).toBe('revoked');
      expect(new Set(late)).toEqual(new Set(late.length > 0 ? ['revoked'] : []));
    }
  });

  test('is not kept by a lookup that began before it was revoked, which nobody joins', async () => {
    const proxy = await DatabaseProxy.before(vault.url);
    const slow = await vault.open({}, proxy.url);
    try {
      for (const revoking of [one, slow]) {
        const { uuid, token } = await create();
        await slow.keys.verify((await create()).token);
        const sent = proxy.at(/FROM \(SELECT\) one/, 'frozen behind it');
        const early = slow.keys.verify(token);
        await sent;
        await sleep(200);
        await revoking.keys.revoke(uuid);
        if (revoking === one) {
          await sleep(1_000);
          expect(await within(2_000, slow.keys.verify(token))).toBe('revoked');
        }
        proxy.thaw();
        expect(await early).toMatchObject(valid);
        expect(await slow.keys.verify(token)).toBe('revoked');
      }
    } finally {
      proxy.thaw();
      await slow.stop();
      await proxy.stop();
    }
  });
});

const within = (milliseconds: number, work: Promise<unknown>) =>
  Promise.race([work, sleep(milliseconds, 'late')]);

test('a key in the cache is honored for 10 seconds without the database, and no longer', async () => {
  const proxy = await DatabaseProxy.before(vault.url);
  const cut = await vault.open({}, proxy.url);
  const { token } = await create();
  const start = performance.now();
  await cut.keys.verify(token);
  await proxy.stop();
  let last = 0;
  const failures: unknown[] = [];
  while (performance.now() - start < 11_000) {
    const at = performance.now() - start;
    const found = await cut.keys.verify(token).catch((error: unknown) => void failures.push(error));
    if (found !== undefined) last = at;
    await sleep(50);
  }
  expect(last).toBeGreaterThan(9_000);
  expect(last).toBeLessThan(10_000);
  expect(failures[0]).toMatchObject({ code: 'unavailable' });
  await cut.stop();
});

test('an instance that is closed keeps nothing in its cache', async () => {
  const closed = await vault.open();
  await closed.keys.close();
  const { uuid, token } = await create();
  expect(await closed.keys.verify(token)).toMatchObject(valid);
  await one.keys.revoke(uuid);
  expect(await closed.keys.verify(token)).toBe('revoked');
});

test('an idle instance stops looking for changes', async () => {
  const idle = await vault.open();
  await sleep(1_200);
  const before = idle.statements();
  await sleep(1_200);
  expect(idle.statements()).toBe(before);
  await idle.keys.verify((await create()).token);
  await sleep(1_200);
  expect(idle.statements()).toBeGreaterThan(before + 1);
});
