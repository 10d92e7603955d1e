import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { Repositories } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import type { Instance, Vault } from './vault.js';
import { openVault, peppers, Person } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());
afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

const changesOf = (uuid: string) =>
  vault.sql<{ operation: string; new: Record<string, unknown>; same: boolean }>(
    `SELECT c.operation, c.new, c.record_id = k.id AS same FROM dual_id.changes c
     JOIN dual_id.api_keys k USING (uuid) WHERE k.uuid = $1 ORDER BY c.change_id`,
    [uuid],
  );

test('the history has every key that was created, rotated or revoked under an integer', async () => {
  const { keys } = await vault.open();
  const { key, token } = await keys.create({ name: 'export', scopes: ['read'] });
  const next = await keys.rotate(key.uuid, { grace: 60_000 });
  await keys.verify(token);
  await keys.revoke(key.uuid);
  await keys.close();
  const old = await changesOf(key.uuid);
  expect(old.map(({ operation }) => operation)).toEqual(['I', 'U', 'U']);
  expect(old.every(({ same }) => same)).toBe(true);
  expect(old[0]!.new).toMatchObject({ name: 'export', scopes: ['read'], revoked_at: null });
  expect(old[1]!.new).toMatchObject({ rotated_at: expect.any(String), revoked_at: null });
  expect(old[2]!.new).toMatchObject({ revoked_at: expect.any(String) });
  expect(await changesOf(next.key.uuid)).toMatchObject([{ operation: 'I' }]);
  for (const { new: image } of old) {
    expect(image['hash']).toBe('***');
    expect(image).not.toHaveProperty('last_used_at');
  }
});

describe('a person who is erased', () => {
  test('leaves no key that is valid, and no name in it', async () => {
    const uuid = await vault.person('Ada');
    const laptop = { name: 'Ada’s laptop', scopes: ['read'], principalUuid: uuid };
    const { key, token } = await app.keys.create(laptop);
    expect(await app.keys.verify(token)).toMatchObject({ principalUuid: uuid });
    await repositories()
      .of(Person)
      .erase(uuid as PublicId<Person>);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await app.keys.verify(token)).toBe('revoked');
    const [info] = await app.keys.list({ principalUuid: uuid });
    expect(info).toMatchObject({ uuid: key.uuid, name: '', revokedAt: expect.any(Date) });
    expect(JSON.stringify(await vault.sql('SELECT * FROM dual_id.changes'))).not.toMatch(/Ada/);
  });

  test('gets no new key, nor does one who was deleted', async () => {
    const [erased, deleted] = [await vault.person('Grace'), await vault.person('Joan')];
    await repositories()
      .of(Person)
      .erase(erased as PublicId<Person>);
    await repositories()
      .of(Person)
      .remove(deleted as PublicId<Person>);
    for (const principalUuid of [erased, deleted]) {
      const creating = app.keys.create({ name: 'a', scopes: [], principalUuid });
      await expect(creating).rejects.toMatchObject({ code: 'gone' });
    }
  });
});

test('the keys of a principal who is deleted are refused once they leave the cache', async () => {
  const uuid = await vault.person('Barbara');
  const { token } = await app.keys.create({ name: 'a', scopes: [], principalUuid: uuid });
  const fresh = await vault.open();
  expect(await fresh.keys.verify(token)).toMatchObject({ principalUuid: uuid });
  await vault.sql('UPDATE people SET deleted_at = now() WHERE uuid = $1', [uuid]);
  expect(await (await vault.open()).keys.verify(token)).toBe('revoked');
});

test('tokens, secrets, hashes and peppers are in no log, error or printed object', async () => {
  const said: string[] = [];
  const note = (...words: unknown[]) => void said.push(words.map((word) => inspect(word)).join());
  Logger.overrideLogger({ log: note, error: note, warn: note, debug: note, verbose: note });
  const noisy = await vault.open({ peppers: { 1: peppers[1] } });
  const show = (value: unknown) => {
    said.push(inspect(value, { depth: 10, showHidden: true }), JSON.stringify(value) ?? '');
    return value;
  };
  const issued = await noisy.keys.create({ name: 'canary', scopes: ['read'] });
  const { token } = issued;
  const [, , , secret] = token.split('_') as [string, string, string, string];
  show([issued, { ...issued }, noisy.keys, await noisy.keys.list()]);
  show(await noisy.keys.verify(token));
  const rotated = await noisy.keys.rotate(issued.key.uuid, { grace: 60_000 });
  show(rotated);
  const gone = await vault.open({ peppers: { 2: peppers[2] } });
  show(await gone.keys.verify(token));
  await vault.sql('ALTER TABLE dual_id.api_keys RENAME TO hidden');
  const broken = await vault.open();
  const failures = [
    () => broken.keys.verify(token),
    () => broken.keys.create({ name: 'a', scopes: [] }),
    () => broken.keys.rotate(issued.key.uuid, { grace: 0 }),
  ];
  for (const failure of failures) {
    const error = await failure().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    show(error);
    said.push((error as Error).message, String((error as Error).stack));
  }
  await broken.keys.close();
  await vault.sql('ALTER TABLE dual_id.hidden RENAME TO api_keys');
  said.push(JSON.stringify(await vault.sql('SELECT * FROM dual_id.changes')));
  const text = said.join('\n');
  expect(text).toContain('canary');
  const hashes = await vault.sql<{ hash: Buffer }>('SELECT hash FROM dual_id.api_keys');
  const secrets = [token, secret, rotated.token, peppers[1], peppers[2]];
  for (const { hash } of hashes) {
    secrets.push(hash.toString('hex'), hash.toString('base64'), inspect(hash).slice(8, 40));
  }
  expect(secrets.filter((one) => text.includes(one))).toEqual([]);
});

function repositories(): Repositories {
  const { dataSource, database } = app;
  return new Repositories(dataSource, database, new ViewRegistry(dataSource), {});
}
