import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { setClock, skews } from '../../support/skewed-clock.js';
import { until } from '../identity/until.js';
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
afterEach(() => setClock(0));
afterAll(() => vault.stop());

/** A time by the clock of the database, which is that of the machine here. */
const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const create = (expiresAt: Date | null = null) =>
  one.keys.create({ name: 'export', scopes: ['read'], expiresAt });
const valid = { scopes: ['read'] };

describe.each(skews)('a process whose clock is %s that of the database', (_where, skew) => {
  test('refuses a key when it has ended by the clock of the database, and no other', async () => {
    const living = await create(inMinutes(5));
    const ended = await create(inMinutes(5));
    await vault.sql(
      `UPDATE dual_id.api_keys SET created_at = now() - interval '1 hour',
         expires_at = now() - interval '1 minute' WHERE uuid = $1`,
      [ended.key.uuid],
    );
    setClock(skew);
    for (let times = 0; times < 2; times += 1) {
      expect(await one.keys.verify(living.token)).toMatchObject(valid);
      expect(await one.keys.verify(ended.token)).toBe('expired');
    }
  });

  test('ends a key in the cache at its time', async () => {
    const { key, token } = await create(new Date(Date.now() + 2_000));
    setClock(skew);
    expect(await one.keys.verify(token)).toMatchObject(valid);
    await until(async () => (await one.keys.verify(token)) === 'expired');
    const [row] = await vault.sql<{ over: boolean }>(
      `SELECT expires_at BETWEEN clock_timestamp() - interval '20 s' AND clock_timestamp() AS over
       FROM dual_id.api_keys WHERE uuid = $1`,
      [key.uuid],
    );
    expect(row!.over).toBe(true);
  });

  test('gives a rotated key its grace by the clock of the database', async () => {
    const { key, token } = await create();
    setClock(skew);
    const next = await one.keys.rotate(key.uuid, { grace: 1_500 });
    expect(await other.keys.verify(token)).toMatchObject(valid);
    await until(async () => (await other.keys.verify(token)) === 'expired');
    expect(await other.keys.verify(next.token)).toMatchObject(valid);
  });

  test('refuses to create a key that ends before now by the clock of the database', async () => {
    const [past, future] = [inMinutes(-1), inMinutes(1)];
    setClock(skew);
    await expect(create(past)).rejects.toMatchObject({ code: 'rule_violated' });
    expect((await create(future)).key.expiresAt).toEqual(future);
  });

  test('sees a revocation elsewhere within a second, also if its clock is set meanwhile', async () => {
    for (const [before, after] of [
      [skew, skew],
      [0, skew],
      [skew, 0],
    ] as const) {
      const { key, token } = await create();
      setClock(before);
      expect(await one.keys.verify(token)).toMatchObject(valid);
      setClock(after);
      await other.keys.revoke(key.uuid);
      const start = performance.now();
      while (typeof (await one.keys.verify(token)) !== 'string') await sleep(5);
      expect(performance.now() - start).toBeLessThan(1_000);
      setClock(0);
    }
  });

  test('notes the time of use by the clock of the database', async () => {
    const { key, token } = await create();
    setClock(skew);
    await one.keys.verify(token);
    await one.keys.close();
    setClock(0);
    const { lastUsedAt } = await other.keys.get(key.uuid);
    expect(Math.abs(lastUsedAt!.getTime() - Date.now())).toBeLessThan(60_000);
    one = await vault.open();
  });
});
