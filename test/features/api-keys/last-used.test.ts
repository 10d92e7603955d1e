import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { LastUsed } from '../../../src/features/api-keys/last-used.js';
import type { Instance, Vault } from './vault.js';
import { openVault } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());

const create = async () => (await app.keys.create({ name: 'a', scopes: ['read'] })).key.uuid;
/** How many seconds ago, by the database's clock. */
const age = async (uuid: string): Promise<number | null> => {
  const text = `SELECT extract(epoch FROM now() - last_used_at)::float AS age
    FROM dual_id.api_keys WHERE uuid = $1`;
  return (await vault.sql<{ age: number | null }>(text, [uuid]))[0]!.age;
};

describe('when a key was last used', () => {
  test('is written for all keys in one statement, by the time of the use', async () => {
    const uuids = await Promise.all(Array.from({ length: 20 }, create));
    const uses = new LastUsed(app.database);
    const before = app.statements();
    for (const uuid of [...uuids, ...uuids]) uses.note(uuid);
    expect(await age(uuids[0]!)).toBeNull();
    await sleep(1_000);
    await uses.flush();
    expect(app.statements() - before).toBe(1);
    for (const uuid of uuids) {
      expect(await age(uuid)).toBeGreaterThan(0.9);
      expect(await age(uuid)).toBeLessThan(5);
    }
    await uses.flush();
    expect(app.statements() - before).toBe(1);
  });

  test('is written after a while by itself, and never goes back', async () => {
    const uuid = await create();
    const [early, late] = [new LastUsed(app.database), new LastUsed(app.database, 50)];
    early.note(uuid);
    await sleep(300);
    late.note(uuid);
    await sleep(500);
    const written = (await age(uuid))!;
    expect(written).toBeGreaterThan(0.3);
    await early.flush();
    expect(await age(uuid)).toBeLessThan(written + 0.3);
  });

  test('is no change of the key: nothing is forgotten, nothing logged', async () => {
    const uuid = await create();
    const state = async () => [
      await vault.sql('SELECT version FROM dual_id.access_version'),
      await vault.sql('SELECT count(*) FROM dual_id.changes'),
    ];
    const before = await state();
    const uses = new LastUsed(app.database);
    uses.note(uuid);
    await uses.flush();
    expect(await age(uuid)).not.toBeNull();
    expect(await state()).toEqual(before);
  });

  test('waits for nobody: a key that another transaction holds is written next time', async () => {
    const [held, free] = [await create(), await create()];
    const uses = new LastUsed(app.database);
    for (const uuid of [held, free]) uses.note(uuid);
    await app.database.transaction(async () => {
      await app.keys.revoke(held);
      await app.database.outside(() => uses.flush());
      expect(await age(free)).not.toBeNull();
    });
    expect(await age(held)).toBeNull();
    await uses.flush();
    expect(await age(held)).not.toBeNull();
  });

  test('survives an outage', async () => {
    const proxy = await DatabaseProxy.before(vault.url);
    const cut = await vault.open({}, proxy.url);
    const uuid = await create();
    const uses = new LastUsed(cut.database);
    await cut.keys.list();
    uses.note(uuid);
    const lost = proxy.at(/WITH used AS/, 'lost before it');
    await uses.flush();
    await lost;
    expect(await age(uuid)).toBeNull();
    await uses.flush();
    expect(await age(uuid)).not.toBeNull();
    await cut.stop();
    await proxy.stop();
  });
});
