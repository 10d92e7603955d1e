import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImportedTokens } from '../../../src/features/api-keys/token/imported-tokens.js';
import type { Instance, Vault } from './vault.js';
import { openVault } from './vault.js';

const imported = [
  { name: 'legacy', pattern: /sk_[0-9a-f]{40}/ },
  { name: 'partner', pattern: /PT-\d{12}/i },
];

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open({ imported });
});
afterAll(() => vault.stop());

const foreign = () => `sk_${randomBytes(20).toString('hex')}`;
const sha256Of = (token: string) => createHash('sha256').update(token).digest('hex');
const add = (token: string, more = {}) =>
  app.keys.import({
    name: 'old export',
    scopes: ['read'],
    from: 'legacy',
    sha256: sha256Of(token),
    ...more,
  });

describe('an imported key', () => {
  test('is verified by the token that another system has issued', async () => {
    const token = foreign();
    const key = await add(token, { start: token.slice(0, 7) });
    expect(key).toMatchObject({ importedFrom: 'legacy', start: token.slice(0, 7) });
    const verified = { uuid: key.uuid, scopes: ['read'], environment: 'test' };
    expect(await app.keys.verify(token)).toMatchObject(verified);
    await app.keys.revoke(key.uuid);
    expect(await app.keys.verify(token)).toBe('revoked');
  });

  test('is known at once, on other instances within a second, although it was not before', async () => {
    const other = await vault.open({ imported });
    const token = foreign();
    for (const { keys } of [app, other]) expect(await keys.verify(token)).toBe('unknown');
    const { uuid } = await add(token);
    expect(await app.keys.verify(token)).toMatchObject({ uuid });
    await sleep(1_000);
    expect(await other.keys.verify(token)).toMatchObject({ uuid });
  });

  test('becomes a key of this application when it is rotated', async () => {
    const token = foreign();
    const { uuid } = await add(token);
    const next = await app.keys.rotate(uuid, { grace: 0 });
    expect(next.token).toMatch(/^shop_test_/);
    expect(next.key).toMatchObject({ importedFrom: null });
    expect(await app.keys.verify(token)).toBe('expired');
    expect(await app.keys.verify(next.token)).toMatchObject({ uuid: next.key.uuid });
  });

  test('counts only under the pattern that it was imported for', async () => {
    const token = 'PT-123456789012';
    const { uuid } = await add(token, { from: 'legacy' });
    expect(await app.keys.verify(token)).toBe('unknown');
    await app.keys.revoke(uuid);
    expect(await app.keys.verify(token)).toBe('unknown');
  });

  test('counts only in the environment that it was imported into', async () => {
    const token = foreign();
    await add(token);
    const live = await vault.open({ imported, environment: 'live' });
    expect(await live.keys.verify(token)).toBe('unknown');
  });

  test('is refused a second time, under an undeclared name and without a hash', async () => {
    const token = foreign();
    await add(token);
    await expect(add(token)).rejects.toMatchObject({ code: 'conflict' });
    for (const more of [{ from: 'others' }, { sha256: token }, { start: 'x'.repeat(17) }]) {
      await expect(add(foreign(), more)).rejects.toMatchObject({ code: 'misuse' });
    }
  });
});

test('only a token that fits a declared pattern from end to end is looked up', async () => {
  const quiet = await vault.open({ imported });
  const before = quiet.statements();
  const token = foreign();
  const texts = [`${token}0`, ` ${token}`, `${token}\n`, token.toUpperCase(), `a\n${token}`];
  texts.push('PT-12345678901', 'shop_test_PT-123456789012', 'x'.repeat(10_000));
  for (const text of texts) expect(await quiet.keys.verify(text)).toBe('malformed');
  expect(quiet.statements() - before).toBe(0);
  expect(await quiet.keys.verify('pt-000000000000')).toBe('unknown');
  expect(quiet.statements() - before).toBe(1);
});

test('a pattern means what it means with its flags, whatever was tested before', async () => {
  const flags: readonly [string, RegExp, string][] = [
    ['g', /aa-\d{20}/g, 'aa-00000000000000000000'],
    ['y', /bb-\d{20}/y, 'bb-00000000000000000000'],
    ['u', /cc-\p{Lu}{20}/u, 'cc-AAAAAAAAAAAAAAAAAAAA'],
    ['v', new RegExp('dd-[\\w--\\d]{20}', 'v'), 'dd-aaaaaaaaaaaaaaaaaaaa'],
    ['s', /ee-.{20}/s, 'ee-\n0000000000000000000'],
    ['m', /^ff-\d{20}$/m, 'ff-00000000000000000000'],
  ];
  const tokens = new ImportedTokens(flags.map(([name, pattern]) => ({ name, pattern })));
  for (const [name, , text] of [...flags, ...flags]) expect(tokens.namesOf(text)).toEqual([name]);
  expect(tokens.namesOf('a\nff-00000000000000000000')).toEqual([]);
  expect(tokens.namesOf('cc-aaaaaaaaaaaaaaaaaaaa')).toEqual([]);
});

test('a pattern never takes what begins like a token of this application', async () => {
  const greedy = await vault.open({ imported: [{ name: 'any', pattern: /.+/ }] });
  const { token } = await app.keys.create({ name: 'a', scopes: [] });
  const before = greedy.statements();
  expect(await greedy.keys.verify(`${token}0`)).toBe('malformed');
  expect(greedy.statements() - before).toBe(0);
});

test.each([
  ['no pattern', [{ name: 'a', pattern: 'a+' }]],
  ['a pattern of nothing', [{ name: 'a', pattern: /a*/ }]],
  ['no name', [{ name: '', pattern: /a/ }]],
  ['one name twice', [imported[0], imported[0]]],
])('is refused at the start: %s', (_what, wrong) => {
  const refused = expect.objectContaining({ code: 'setup_refused' });
  expect(() => new ImportedTokens(wrong as never)).toThrow(refused as never);
});
