import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../identity/until.js';
import type { Instance, Vault } from './vault.js';
import { openVault, peppers } from './vault.js';

let vault: Vault;
let right: Instance;
let second: Instance;
let wrong: Instance;
beforeEach(async () => {
  vault = await openVault();
  right = await vault.open(same);
  second = await vault.open(same);
  wrong = await vault.open(other);
});
afterEach(() => vault.stop());

const same = { peppers: { 1: peppers[1] } };
const other = { peppers: { 1: 'cd'.repeat(32) } };
const create = ({ keys }: Instance) => keys.create({ name: 'a', scopes: ['read'] });
const valid = { scopes: ['read'] };
const differs = { code: 'pepper_differs' };
const unproven = { code: 'pepper_unproven' };
const isKept = async () =>
  (await vault.sql('SELECT version FROM dual_id.api_key_peppers')).length === 1;
const forget = () => vault.sql('DELETE FROM dual_id.api_key_peppers');

async function undone({ database }: Instance, work: () => Promise<unknown>): Promise<void> {
  const whole = database.transaction(async () => {
    await work();
    throw new Error('undone');
  });
  await expect(whole).rejects.toThrow('undone');
}

describe('where nothing is known of the pepper of existing keys', () => {
  test('nobody issues a key until one of them was verified, which is enough for all', async () => {
    const { token } = await create(right);
    await until(isKept);
    await forget();
    expect(await wrong.keys.verify(token)).toBe('unknown');
    for (const one of [second, wrong]) await expect(create(one)).rejects.toMatchObject(unproven);
    expect(await second.keys.verify(token)).toMatchObject(valid);
    await until(isKept);
    await expect(create(wrong)).rejects.toMatchObject(differs);
    for (const one of [second, await vault.open(same)]) {
      expect((await create(one)).key.name).toBe('a');
    }
  });

  test('a key verified in a transaction vouches for its pepper once that is committed', async () => {
    const { token } = await create(right);
    await until(isKept);
    await forget();
    await undone(second, () => second.keys.verify(token));
    await expect(create(second)).rejects.toMatchObject(unproven);
    await second.database.transaction(() => second.keys.verify(token));
    await until(isKept);
    expect((await create(second)).key.name).toBe('a');
  });

  test('keys that are over vouch for nothing and hinder nobody', async () => {
    const [revoked, rotated] = [await create(right), await create(right)];
    const next = await right.keys.rotate(rotated.key.uuid, { grace: 0 });
    for (const { key } of [revoked, next]) await right.keys.revoke(key.uuid);
    await until(isKept);
    await forget();
    const { token } = await create(wrong);
    await until(isKept);
    expect(await wrong.keys.verify(token)).toMatchObject(valid);
    await expect(create(second)).rejects.toMatchObject(differs);
  });
});
