import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { secretPattern } from 'nest-dual-id/api-keys';
import type { Instance, Vault } from '../features/api-keys/vault.js';
import { openVault, vaultOptions } from '../features/api-keys/vault.js';
import { dualId } from './command.js';

const configAt = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const config = configAt('../features/api-keys/vault.config.js');
let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());

const run = (...args: string[]) =>
  dualId(['keys', ...args, '--config', config], { env: { DATABASE_URL: vault.url } });
const create = async (...args: string[]) =>
  JSON.parse((await run('create', 'till', '--json', ...args)).out) as {
    readonly uuid: string;
    readonly token: string;
  };

describe('dual-id keys', () => {
  test('creates a key whose token is printed once, and works', async () => {
    const { code, out, err } = await run('create', 'night export', '--scope', 'a', '--scope', 'b');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [, uuid, token] = /^uuid {3}(\S+)\ntoken {2}(\S+)\n$/.exec(out)!;
    expect(await app.keys.verify(token!)).toMatchObject({ uuid, scopes: ['a', 'b'] });
    const listed = await run();
    expect(listed.out).toContain(uuid);
    expect(listed.out).not.toContain(token!.slice(-20));
  });

  test('creates a key that acts for somebody and ends', async () => {
    const person = await vault.person('Ada');
    const { uuid } = await create('--for', person, '--expires', '2091-01-31T09:30:00Z');
    expect(await app.keys.get(uuid)).toMatchObject({
      principalUuid: person,
      expiresAt: new Date('2091-01-31T09:30:00Z'),
    });
    const { out } = await run('list', '--for', person, '--json');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).uuid),
    ).toEqual([uuid]);
  });

  test('rotates a key with a grace, and revokes it', async () => {
    const old = await create();
    const rotated = await run('rotate', old.uuid, '--grace', '60', '--json');
    const next = JSON.parse(rotated.out) as { uuid: string; token: string };
    expect(await app.keys.verify(next.token)).toMatchObject({ uuid: next.uuid });
    expect(await app.keys.verify(old.token)).toMatchObject({ uuid: old.uuid });
    expect(await run('revoke', next.uuid)).toEqual({ code: 0, out: '', err: '' });
    const other = await vault.open();
    expect(await other.keys.verify(next.token)).toBe('revoked');
    const states = new Map(
      (await run('list')).out.split('\n').map((row) => {
        const [uuid = '', , state = ''] = row.split(/ {2,}/);
        return [uuid, state];
      }),
    );
    expect([states.get(old.uuid), states.get(next.uuid)]).toEqual(['rotated', 'revoked']);
  });

  test('prints names without what a terminal would obey', async () => {
    await app.keys.create({ name: 'red \u001b[31m', scopes: [] });
    const { out } = await run();
    expect(out).toContain(String.raw`red \u001b[31m`);
    expect(out).not.toContain('\u001b');
  });

  test('prints the pattern of its tokens without a database', async () => {
    const { out } = await dualId(['keys', 'pattern', '--config', config]);
    expect(out.trim()).toBe(secretPattern(vaultOptions));
  });

  test.each([
    [['borrow'], 'There is no `dual-id keys borrow`; there is list, create, rotate'],
    [['create'], '`dual-id keys create` needs one name.'],
    [['revoke', 'a', 'b'], '`dual-id keys revoke` needs one uuid.'],
    [['revoke', '7'], '7 is not the public id of anything, which is a UUID.'],
    [['list', 'all'], '`dual-id keys list` takes no words.'],
    [['list', '--grace', '5'], '--grace is not for keys list.'],
    [['create', 'x', '--expires', 'tomorrow'], '--expires needs a time like'],
    [['create', 'x', '--expires', '2030-01-01T00:00:00'], '--expires needs a time like'],
    [['rotate', '00000000-0000-4000-8000-000000000000', '--grace', '1h'], '--grace needs a whole'],
    [['create', 'x', '--for', 'me'], 'me is not the public id of anything'],
  ])('refuses the call %j before it opens a database', async (args, message) => {
    const { code, err } = await dualId(['keys', ...args, '--config', config]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('says that there is no such key', async () => {
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await run('revoke', unknown)).toMatchObject({
      code: 1,
      err: expect.stringContaining('Not found'),
    });
  });

  test('says what the config of the application lacks', async () => {
    const { code, err } = await dualId(
      ['keys', '--config', configAt('../features/history/archive.config.js')],
      { env: { DATABASE_URL: vault.url } },
    );
    expect([code, err]).toEqual([1, expect.stringContaining('Give it `apiKeys`, a function')]);
  });
});
