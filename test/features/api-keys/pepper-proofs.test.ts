import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, Injectable, Logger } from '@nestjs/common';
import type { CanActivate } from '@nestjs/common';
import { ApiKey, ApiKeysModule } from 'nest-dual-id/api-keys';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApi } from '../../support/api.js';
import { until } from '../identity/until.js';
import type { Instance, Vault } from './vault.js';
import { openVault, peppers, vaultOptions } from './vault.js';

let vault: Vault;
let right: Instance;
let second: Instance;
let wrong: Instance;
let told: string[];
beforeEach(async () => {
  vault = await openVault();
  right = await vault.open(same);
  second = await vault.open(same);
  wrong = await vault.open(other);
  told = [];
  const note = (text: string) => void told.push(text);
  Logger.overrideLogger({ log: note, error: note, warn: note });
});
afterEach(async () => {
  Logger.overrideLogger(new ConsoleLogger());
  await vault.stop();
});

@Injectable()
class Everyone implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

const same = { peppers: { 1: peppers[1] } };
const other = { peppers: { 1: 'cd'.repeat(32) } };
const create = ({ keys }: Instance) => keys.create({ name: 'a', scopes: ['read'] });
const valid = { scopes: ['read'] };
const differs = { code: 'pepper_differs' };
const count = async (table: string) =>
  Number((await vault.sql<{ count: string }>(`SELECT count(*) FROM dual_id.${table}`))[0]!.count);
const isKept = async () => (await count('api_key_peppers')) === 1;

/** Work in a transaction that lasts until it is ended. */
async function inOpenTransaction({ database }: Instance, work: () => Promise<unknown>) {
  let end = () => {};
  const gate = new Promise<void>((resolve) => (end = resolve));
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  const whole = database.transaction(async () => {
    await work();
    begun();
    await gate;
  });
  await Promise.race([isBegun, whole]);
  return async () => {
    end();
    await whole;
  };
}

async function undone({ database }: Instance, work: () => Promise<unknown>): Promise<void> {
  const whole = database.transaction(async () => {
    await work();
    throw new Error('undone');
  });
  await expect(whole).rejects.toThrow('undone');
}

describe('the first key of a pepper', () => {
  test('makes nobody wait for its transaction', async () => {
    const commit = await inOpenTransaction(right, () => create(right));
    const made = await Promise.race([create(second), sleep(3_000, undefined)]);
    expect(made?.key.name).toBe('a');
    await until(isKept);
    await commit();
    expect(await right.keys.differingPeppers()).toEqual([]);
    expect(await wrong.keys.differingPeppers()).toEqual([1]);
    expect(told).toEqual([]);
  });

  test('may have others behind it in its transaction, and vouches for the pepper after it', async () => {
    await right.database.transaction(async () => {
      for (let round = 0; round < 3; round += 1) await create(right);
      expect(await isKept()).toBe(false);
    });
    expect(await right.keys.differingPeppers()).toEqual([]);
    expect(await isKept()).toBe(true);
  });

  test('vouches for nothing if it is refused, or its savepoint undone', async () => {
    const expiresAt = new Date(Date.now() - 60_000);
    const past = wrong.keys.create({ name: 'a', scopes: [], expiresAt });
    await expect(past).rejects.toMatchObject({ code: 'rule_violated' });
    await wrong.database.transaction(async () => undone(wrong, () => create(wrong)));
    await undone(wrong, async () => wrong.keys.verify((await create(wrong)).token));
    await wrong.keys.differingPeppers();
    expect(await isKept()).toBe(false);
    const { token } = await create(right);
    await until(isKept);
    expect(await second.keys.verify(token)).toMatchObject(valid);
    await expect(create(wrong)).rejects.toMatchObject(differs);
  });

  test('counts if it is kept first, and an instance that came later is told', async () => {
    const commit = await inOpenTransaction(wrong, () => create(wrong));
    await create(right);
    await until(isKept);
    await commit();
    await until(async () => told.length > 0);
    expect(told).toEqual([expect.stringContaining('the pepper of version 1 are refused')]);
    await expect(create(wrong)).rejects.toMatchObject(differs);
    expect((await create(second)).key.name).toBe('a');
  });

  test('is issued although its pepper cannot be vouched for, which the next one does', async () => {
    const may = (verb: string) =>
      vault.sql(
        `${verb} INSERT ON dual_id.api_key_peppers ${verb === 'GRANT' ? 'TO' : 'FROM'} test_application`,
      );
    await may('REVOKE');
    for (let round = 0; round < 2; round += 1) await create(right);
    await right.keys.close();
    expect(told).toEqual([
      expect.stringMatching(/^The proof of the pepper of version 1 could not/),
    ]);
    await may('GRANT');
    await create(right);
    await until(isKept);
  });

  test('has vouched for the pepper when the instance is closed', async () => {
    await create(right);
    await right.keys.close();
    expect(await isKept()).toBe(true);
  });
});

describe('an instance with another pepper', () => {
  test('issues and rotates no key, and changes nothing', async () => {
    const { key, token } = await create(right);
    await until(isKept);
    await expect(create(wrong)).rejects.toMatchObject(differs);
    const rotating = wrong.keys.rotate(key.uuid, { grace: 0 });
    await expect(rotating).rejects.toMatchObject(differs);
    const message = await create(wrong).catch((error: Error) => error.message);
    expect(message).toMatch(/another secret under version 1 .* Put the former secret back/);
    expect(message).not.toContain('cdcd');
    expect(await count('api_keys')).toBe(1);
    expect(await second.keys.verify(token)).toMatchObject(valid);
    const higher = await vault.open({ peppers: { ...other.peppers, 2: peppers[2] } });
    expect((await create(higher)).key.name).toBe('a');
  });

  test('tells a client only that there is a fault', async () => {
    await create(right);
    await until(isKept);
    const options = { ...vaultOptions, ...other, api: { guards: [Everyone] } } as const;
    const imports = [ApiKeysModule.forRoot(options)];
    const api = await startApi({ url: vault.url, entities: [ApiKey], imports });
    const body = { name: 'a', scopes: [] };
    const response = await api.ask('POST', '/keys', { body });
    await api.close();
    expect([response.status, response.body.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(response.body)).not.toMatch(/pepper|version/);
  });
});
