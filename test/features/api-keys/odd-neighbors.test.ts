import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { Database, dualIdDataSource, newPublicId, Repositories } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import { ApiKeys } from 'nest-dual-id/api-keys';
import { DataSource } from 'typeorm';
import { VersionedCache } from '../../../src/core/access/versioned-cache.js';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { LastUsed } from '../../../src/features/api-keys/last-used.js';
import { KeyTokens } from '../../../src/features/api-keys/token/key-tokens.js';
import { keyLimits } from '../../../src/features/api-keys/verify/key-verifier.js';
import type { KeyRefusal, KeptKey } from '../../../src/features/api-keys/verify/verified-key.js';
import { keptKey } from '../../../src/features/api-keys/verify/verified-key.js';
import type { Instance, Vault } from './vault.js';
import { openVault, Person, vaultOptions } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());
afterEach(() => Logger.overrideLogger(new ConsoleLogger()));

const valid = { scopes: ['read'] };
const create = async () => {
  const { key, token } = await app.keys.create({ name: 'export', scopes: ['read'] });
  return { uuid: key.uuid, token };
};

describe('the cache', () => {
  test('keeps 10,000 keys and as many refusals, and drops the oldest for another one', () => {
    const cache = new VersionedCache(keyLimits);
    const sentAt = performance.now();
    const keep = (token: string, outcome: KeptKey | KeyRefusal) =>
      cache.keep(
        token,
        { outcome, left: Infinity, version: 1n },
        { sentAt, flights: cache.flights },
      );
    const key = keptKey({
      uuid: newPublicId(4),
      ...valid,
      principalUuid: null,
      guestOf: null,
      environment: '',
      expiresAt: null,
    });
    keep('first', key);
    for (let round = 0; round < 9_999; round += 1) keep(`key ${round}`, key);
    for (let round = 0; round < 10_001; round += 1) keep(`no key ${round}`, 'unknown');
    expect([cache.get('first'), cache.get('no key 0')]).toEqual([key, undefined]);
    keep('another', key);
    expect([cache.get('first'), cache.get('key 0')]).toEqual([undefined, key]);
  });

  test('follows a database that was restored to a lower version', async () => {
    const { uuid, token } = await create();
    const { keys } = await vault.open();
    await app.keys.revoke((await create()).uuid);
    expect(await keys.verify(token)).toMatchObject(valid);
    await vault.sql(`UPDATE dual_id.access_version SET version = 0`);
    await silently(`UPDATE dual_id.api_keys SET revoked_at = now() WHERE uuid = '${uuid}'`);
    await sleep(1_000);
    expect(await keys.verify(token)).toBe('revoked');
    expect(await keys.verify(token)).toBe('revoked');
    expect(keys.counts()).toMatchObject({ lookups: 2, cached: 1 });
  });
});

describe('a revocation', () => {
  test('counts from the commit on for whoever asked during the transaction', async () => {
    const { uuid, token } = await create();
    await app.database.transaction(async () => {
      await app.keys.revoke(uuid);
      expect(await app.database.outside(() => app.keys.verify(token))).toMatchObject(valid);
    });
    expect(await app.keys.verify(token)).toBe('revoked');
  });

  test('behind a savepoint that is rolled back changes nothing', async () => {
    const { uuid, token } = await create();
    const version = () => vault.sql('SELECT version FROM dual_id.access_version');
    const before = await version();
    await app.database.transaction(async () => {
      const inner = app.database.transaction(async () => {
        await app.keys.revoke(uuid);
        throw new Error('no');
      });
      await expect(inner).rejects.toThrow('no');
      expect(await app.keys.verify(token)).toMatchObject(valid);
    });
    expect(await app.keys.verify(token)).toMatchObject(valid);
    expect(await version()).toEqual(before);
  });

  test('is noted once for a transaction, whose number no dump contains', async () => {
    const version = async () =>
      (await vault.sql<{ version: string }>('SELECT * FROM dual_id.access_version'))[0]!;
    const before = await version();
    for (let round = 0; round < 3; round += 1) await create();
    await vault.sql('UPDATE dual_id.api_keys SET revoked_at = now() WHERE revoked_at IS NULL');
    expect(before).toEqual({ only_row: true, version: expect.any(String) });
    expect(BigInt((await version()).version)).toBe(BigInt(before.version) + 1n);
  });
});

test('scopes that SQL has changed are seen within a second', async () => {
  const { uuid, token } = await create();
  expect(await app.keys.verify(token)).toMatchObject(valid);
  await vault.sql(`UPDATE dual_id.api_keys SET scopes = '{all}' WHERE uuid = $1`, [uuid]);
  await sleep(1_000);
  expect(await app.keys.verify(token)).toMatchObject({ scopes: ['all'] });
});

test('a database that refuses writes verifies keys, and says once that uses are not written', async () => {
  const url = new URL(vault.url);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  const { uuid, token } = await create();
  const { keys, database } = await vault.open({}, url.href);
  expect(await keys.verify(token)).toMatchObject(valid);
  const said: unknown[] = [];
  const note = (text: unknown) => void said.push(text);
  Logger.overrideLogger({ log: note, warn: note, error: note });
  const uses = new LastUsed(database);
  uses.note(uuid);
  for (let round = 0; round < 3; round += 1) await uses.flush();
  expect(said).toEqual([expect.stringMatching(/^When API keys were last used could not/)]);
});

test('a transaction pooler in between changes nothing', async () => {
  const options = { url: vault.url, entities: [], connection: 'transaction-pooler' } as const;
  const dataSource = await new DataSource(dualIdDataSource(options)).initialize();
  const keys = new ApiKeys(new Database(dataSource, {}), vaultOptions);
  const { key, token } = await keys.create({ name: 'a', scopes: ['read'] });
  expect(await keys.verify(token)).toMatchObject(valid);
  await app.keys.revoke(key.uuid);
  await sleep(1_000);
  expect(await keys.verify(token)).toBe('revoked');
  await keys.close();
  await dataSource.destroy();
});

test('settings of the caller apply to a lookup, which nobody else is told of', async () => {
  const own = await openVault();
  const { keys, database } = await own.open();
  const { key, token } = await keys.create({ name: 'a', scopes: ['read'] });
  await own.sql(`CREATE POLICY tenant ON dual_id.api_keys TO test_application
    USING (current_setting('app.tenant', true) = '5')`);
  await own.sql('ALTER TABLE dual_id.api_keys ENABLE ROW LEVEL SECURITY');
  const asTenant = (tenant: string) =>
    database.withSettings({ 'app.tenant': tenant }, () => keys.verify(token));
  expect(await asTenant('5')).toMatchObject({ uuid: key.uuid });
  expect([await asTenant('6'), await keys.verify(token)]).toEqual(['unknown', 'unknown']);
  expect(await asTenant('5')).toMatchObject({ uuid: key.uuid });
  await own.stop();
});

test('an erasure fails rather than leave the names of keys that it cannot see', async () => {
  const own = await openVault();
  const { keys, database, dataSource } = await own.open();
  const uuid = await own.person('Ada');
  await keys.create({ name: 'Ada’s laptop', scopes: [], principalUuid: uuid });
  const people = new Repositories(dataSource, database, new ViewRegistry(dataSource), {}).of(
    Person,
  );
  const force = (how: string) => own.sql(`ALTER TABLE dual_id.api_keys ${how} ROW LEVEL SECURITY`);
  await own.sql('CREATE POLICY all_rows ON dual_id.api_keys TO test_application USING (true)');
  for (const how of ['ENABLE', 'FORCE']) await force(how);
  await expect(people.erase(uuid as PublicId<Person>)).rejects.toThrow();
  await force('NO FORCE');
  await people.erase(uuid as PublicId<Person>);
  expect(await keys.list()).toMatchObject([{ name: '', revokedAt: expect.any(Date) }]);
  await own.stop();
});

test('two applications with other prefixes share a database and no token', async () => {
  const stock = await vault.open({ prefix: 'stock' });
  const { uuid, token } = await create();
  const moved = new KeyTokens({ ...vaultOptions, prefix: 'stock' }).create(uuid);
  const theirs = await stock.keys.create({ name: 'a', scopes: [] });
  expect(await stock.keys.verify(theirs.token)).toMatchObject({ uuid: theirs.key.uuid });
  const wrong = [await stock.keys.verify(token), await app.keys.verify(theirs.token)];
  expect([...wrong, await stock.keys.verify(moved)]).toEqual(['malformed', 'malformed', 'unknown']);
});

/** Runs SQL as replication does, without triggers. */
function silently(text: string): Promise<unknown> {
  return vault.sql(
    `SET session_replication_role = replica; ${text}; RESET session_replication_role`,
  );
}
