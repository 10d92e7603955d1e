import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addDualId, Field, installDualId, View } from 'nest-dual-id';
import type { PublicId } from 'nest-dual-id';
import {
  ApiKey,
  ApiKeys,
  ApiKeysModule,
  installApiKeys,
  uninstallApiKeys,
} from 'nest-dual-id/api-keys';
import { diagnose } from 'nest-dual-id/doctor';
import { removeHistory } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { refusalOf, startApi } from '../../support/api.js';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { urlAs } from '../../support/roles.js';
import { schemaSnapshot } from '../../support/schema-snapshot.js';
import type { Instance, Vault } from './vault.js';
import { loggedKeys, openVault, vaultOptions } from './vault.js';

let vault: Vault;
let app: Instance;
beforeAll(async () => {
  vault = await openVault();
  app = await vault.open();
});
afterAll(() => vault.stop());

describe('the table of keys', () => {
  test('leaves nothing for migration:generate, and the doctor finds nothing', async () => {
    await app.keys.create({ name: 'a', scopes: ['read'] });
    const { upQueries } = await vault.owner.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(await diagnose({ dataSource: vault.owner })).toEqual([]);
  });

  test('keeps both ids of a key as they are', async () => {
    const { key } = await app.keys.create({ name: 'a', scopes: [] });
    for (const change of ['id = id + 1', 'uuid = gen_random_uuid()', 'platform_type_id = 30']) {
      const text = `UPDATE dual_id.api_keys SET ${change} WHERE uuid = $1`;
      await expect(vault.sql(text, [key.uuid])).rejects.toThrow();
    }
  });

  test.each([
    'DELETE FROM dual_id.api_keys',
    'TRUNCATE dual_id.api_keys',
    `UPDATE dual_id.api_keys SET scopes = '{all}'`,
    'UPDATE dual_id.api_keys SET principal_uuid = gen_random_uuid()',
    'UPDATE dual_id.api_keys SET hash = sha256(hash)',
    'UPDATE dual_id.api_keys SET expires_at = NULL',
    'UPDATE dual_id.access_version SET version = 0',
    'SELECT dual_id.bump_access_version()',
  ])('refuses the role of the application: %s', async (text) => {
    await expect(queryOutside(app.dataSource, text)).rejects.toMatchObject({ code: '42501' });
  });

  test('is gone after uninstallApiKeys, with everything that belongs to it', async () => {
    const empty = await emptyDatabase();
    const url = urlAs('owner', empty.url);
    const source = await new DataSource({ type: 'postgres', url }).initialize();
    await source.transaction((runner) => installDualId(runner));
    const before = await schemaSnapshot(source);
    await source.transaction((runner) => installApiKeys(runner));
    expect(await schemaSnapshot(source)).not.toEqual(before);
    await source.transaction((runner) => uninstallApiKeys(runner));
    expect(await schemaSnapshot(source)).toEqual(before);
    await source.destroy();
    await empty.drop();
  });

  test('leaves tombstones of its keys when it is uninstalled', async () => {
    const own = await openVault();
    const { keys } = await own.open();
    const { key } = await keys.create({ name: 'a', scopes: [] });
    await own.owner.transaction(async (runner) => {
      await removeHistory(runner, loggedKeys);
      await uninstallApiKeys(runner);
    });
    const status = 'SELECT status FROM dual_id.passports WHERE uuid = $1';
    expect(await own.sql(status, [key.uuid])).toEqual([{ status: 'deleted' }]);
    await own.stop();
  });

  test('is refused where its platform type means something else', async () => {
    const empty = await emptyDatabase();
    const url = urlAs('owner', empty.url);
    const source = await new DataSource({ type: 'postgres', url }).initialize();
    const installing = source.transaction(async (runner) => {
      await installDualId(runner);
      await runner.query('CREATE TABLE doors (name text)');
      await addDualId(runner, { table: 'doors', type: { id: 32_700, name: 'door' } });
      await installApiKeys(runner);
    });
    await expect(installing).rejects.toThrow(/platform type 32700 is taken/);
    await source.destroy();
    await empty.drop();
  });
});

describe('a view of keys', () => {
  test('shows what a key is', async () => {
    @View(ApiKey)
    class KeyView {
      @Field() uuid!: PublicId<ApiKey>;
      @Field() name!: string;
      @Field() expiresAt!: Date | null;
    }
    expect(new ViewRegistry(app.dataSource).get(KeyView)).toBeDefined();
  });

  test('is refused if it would show the hash', () => {
    @View(ApiKey)
    class HashView {
      @Field() uuid!: PublicId<ApiKey>;
      @Field() hash!: string;
    }
    expect(() => new ViewRegistry(app.dataSource).get(HashView)).toThrow(/select: false/);
  });
});

describe('the module', () => {
  test('makes ApiKeys injectable, and writes uses when the application stops', async () => {
    const parts = {
      url: vault.url,
      entities: [ApiKey],
      imports: [ApiKeysModule.forRoot(vaultOptions)],
    };
    const api = await startApi(parts);
    const keys = api.app.get(ApiKeys);
    const { token, key } = await keys.create({ name: 'a', scopes: ['read'] });
    expect(await keys.verify(token)).toMatchObject({ uuid: key.uuid });
    await api.close();
    const used = 'SELECT last_used_at IS NOT NULL AS used FROM dual_id.api_keys WHERE uuid = $1';
    expect(await vault.sql(used, [key.uuid])).toEqual([{ used: true }]);
  });

  test('refuses to start with a prefix or peppers that cannot be', async () => {
    for (const wrong of [{ prefix: 'my_shop' }, { peppers: { 1: 'short' } }]) {
      const imports = [ApiKeysModule.forRoot({ ...vaultOptions, ...wrong })];
      const refusal = await refusalOf({ url: vault.url, entities: [], imports });
      expect(refusal).toContain(`The option ${Object.keys(wrong)[0]} of ApiKeysModule`);
    }
  });

  test('refuses to start before its migration has run', async () => {
    const empty = await emptyDatabase();
    const url = urlAs('owner', empty.url);
    const source = await new DataSource({ type: 'postgres', url }).initialize();
    await source.transaction((runner) => installDualId(runner));
    await source.destroy();
    const imports = [ApiKeysModule.forRoot(vaultOptions)];
    const refusal = await refusalOf({ url, entities: [], imports });
    expect(refusal).toContain('call installApiKeys(runner) in a migration');
    await empty.drop();
  });
});
