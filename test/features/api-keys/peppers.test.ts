import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { ApiKey, ApiKeysModule } from 'nest-dual-id/api-keys';
import { Peppers } from '../../../src/features/api-keys/token/peppers.js';
import type { Vault } from './vault.js';
import { startApi } from '../../support/api.js';
import { openVault, peppers, vaultOptions } from './vault.js';

let vault: Vault;
beforeAll(async () => {
  vault = await openVault();
});
afterAll(() => vault.stop());
afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

const [first, second] = [{ 1: peppers[1] }, { 2: peppers[2] }];
const pepperOf = async (uuid: string) =>
  (await vault.sql('SELECT pepper_version FROM dual_id.api_keys WHERE uuid = $1', [uuid]))[0];
const newKey = { name: 'a', scopes: ['read'] };

describe('a pepper', () => {
  test('is replaced by one of a higher version, under which new keys are hashed', async () => {
    const before = await vault.open({ peppers: first });
    const old = await before.keys.create(newKey);
    const both = await vault.open({ peppers: { ...second, ...first } });
    const young = await both.keys.create(newKey);
    expect(await pepperOf(old.key.uuid)).toEqual({ pepper_version: 1 });
    expect(await pepperOf(young.key.uuid)).toEqual({ pepper_version: 2 });
    for (const { token } of [old, young]) {
      expect(await both.keys.verify(token)).toMatchObject({ scopes: ['read'] });
    }
  });

  test('is known to all instances before new keys use it, if they are told so', async () => {
    const old = await vault.open({ peppers: first });
    const both = await vault.open({ peppers, newKeysPepper: 1 });
    const { key, token } = await both.keys.create(newKey);
    expect(await pepperOf(key.uuid)).toEqual({ pepper_version: 1 });
    expect(await old.keys.verify(token)).toMatchObject({ scopes: ['read'] });
    expect(() => new Peppers(peppers, 3)).toThrow(/option peppers .* lacks version 3/);
  });

  test('that is gone takes its keys with it, which is counted and logged once', async () => {
    const told: string[] = [];
    const note = (text: string) => void told.push(text);
    Logger.overrideLogger({ log: note, error: note, warn: note });
    const before = await vault.open({ peppers: first });
    const [one, two] = [await before.keys.create(newKey), await before.keys.create(newKey)];
    const after = await vault.open({ peppers: second });
    for (const { token } of [one, two]) expect(await after.keys.verify(token)).toBe('unknown');
    expect(after.keys.counts()).toMatchObject({ unknown: 2, missingPepper: 2 });
    expect(told).toEqual([expect.stringContaining('pepper of version 1')]);
  });

  test('of the same version and another value makes every token unknown', async () => {
    const { token } = await (await vault.open({ peppers: first })).keys.create(newKey);
    const other = await vault.open({ peppers: { 1: 'cd'.repeat(32) } });
    expect(await other.keys.verify(token)).toBe('unknown');
  });

  test.each([
    ['another value', { 1: 'cd'.repeat(32), 2: peppers[2] }, 1],
    ['the same value', first, 0],
    ['a higher version alone', { 3: 'cd'.repeat(32) }, 0],
  ])(
    'that keys were hashed with is looked for at a start with %s',
    async (_what, now, warnings) => {
      await (await vault.open({ peppers: first })).keys.create(newKey);
      const told: string[] = [];
      const note = (text: string) => void told.push(text);
      const prepare = () => Logger.overrideLogger({ log: () => {}, error: note, warn: note });
      const imports = [ApiKeysModule.forRoot({ ...vaultOptions, peppers: now })];
      await (await startApi({ url: vault.url, entities: [ApiKey], imports, prepare })).close();
      expect(told).toHaveLength(warnings);
      for (const text of told) {
        expect(text).toContain('the pepper of version 1 are refused: the option peppers');
        expect(text).not.toContain('cdcd');
      }
    },
  );

  test('is not vouched for by a key whose transaction was undone', async () => {
    const own = await openVault();
    const wrong = await own.open({ peppers: { 1: 'cd'.repeat(32) } });
    const undone = wrong.database.transaction(async () => {
      await wrong.keys.create(newKey);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const { keys } = await own.open({ peppers: first });
    await keys.create(newKey);
    expect(await keys.differingPeppers()).toEqual([]);
    expect(await wrong.keys.differingPeppers()).toEqual([1]);
    await own.stop();
  });

  test('is the same in hex and in base64', () => {
    const bytes = Buffer.from(Array.from({ length: 40 }, (_, at) => at * 6));
    const hashes = (['hex', 'base64', 'base64url'] as const).map((encoding) =>
      new Peppers({ 7: bytes.toString(encoding) }).hash('token'),
    );
    expect(hashes.map(({ pepperVersion }) => pepperVersion)).toEqual([7, 7, 7]);
    expect(new Set(hashes.map(({ hash }) => hash.toString('hex'))).size).toBe(1);
  });

  test.each([
    ['none', {}],
    ['nothing', undefined],
    ['a short one', { 1: 'ab'.repeat(31) }],
    ['a word', { 1: 'correct horse battery staple, which is long enough' }],
    ['no text', { 1: 5 }],
    ['version 0', { 0: peppers[1] }],
    ['version 1.5', { '1.5': peppers[1] }],
    ['version 32768', { 32768: peppers[1] }],
  ])('is refused at the start: %s', (_what, wrong) => {
    const making = () => new Peppers(wrong as never);
    expect(making).toThrow(expect.objectContaining({ code: 'setup_refused' }) as never);
    let message = '';
    try {
      making();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/option peppers .*randomBytes\(32\)/);
    expect(message).not.toMatch(/correct horse|abab|b0b0/);
  });
});
