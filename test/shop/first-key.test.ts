import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from '../support/database.js';
import { freshDatabase } from '../support/database.js';
import { emptyDatabase, runSql } from '../support/empty-database.js';
import { urlAs } from '../support/roles.js';
import { dataFolder, ownerHeaders, ShopProcess } from '../support/shop-process.js';

const ownSecrets = { DUAL_ID_PEPPER: '', DUAL_ID_FIRST_KEY: '' };
const statusOf = async (url: string, headers: Record<string, string>) =>
  (await fetch(`${url}/orders`, { headers })).status;

describe('the first start on the embedded database', () => {
  const folder = dataFolder();
  const secretIn = (name: string) => join(folder.path, name);
  let first: ShopProcess;
  let url: string;
  beforeAll(async () => {
    first = new ShopProcess({ DUAL_ID_DATA_DIR: folder.path, ...ownSecrets });
    url = await first.ready();
    await first.said('With a key:');
  });
  afterAll(async () => {
    if (first.isAlive) await first.stop();
    await folder.remove();
  });

  test('keeps its key and pepper where only its user may read them', async () => {
    for (const name of ['first-key', 'pepper']) {
      expect((await stat(secretIn(name))).mode & 0o777).toBe(0o600);
    }
    const token = (await readFile(secretIn('first-key'), 'utf8')).trim();
    expect(first.output.split(token)).toHaveLength(2);
    expect(first.output).not.toContain((await readFile(secretIn('pepper'), 'utf8')).trim());
  });

  test('prints a line for a shell that gets a response where nobody else does', async () => {
    const line = /curl .*$/m.exec(first.output)![0].replace('localhost', '127.0.0.1');
    const { stdout } = await promisify(execFile)('sh', ['-c', line.replace('curl', 'curl -s')]);
    expect(JSON.parse(stdout).items).toHaveLength(3);
    expect(await statusOf(url, {})).toBe(401);
    expect((await fetch(`${url}/products`)).status).toBe(200);
  });

  test('is the only one that makes a key, which the next start honors', async () => {
    await first.stop();
    const second = new ShopProcess({ DUAL_ID_DATA_DIR: folder.path, ...ownSecrets });
    const address = await second.ready();
    await second.said('With a key:');
    expect(second.output).not.toContain('Key of the owner');
    const token = (await readFile(secretIn('first-key'), 'utf8')).trim();
    expect(await statusOf(address, { authorization: `Bearer ${token}` })).toBe(200);
    await second.stop();
  });
});

describe('a start on a database of its own', () => {
  let database: TestDatabase;
  let at: Record<string, string>;
  beforeAll(async () => {
    database = await freshDatabase();
    at = {
      DATABASE_URL: urlAs('application', database.url),
      OWNER_DATABASE_URL: urlAs('owner', database.url),
    };
  });
  afterAll(() => database.drop());

  test('is refused without a pepper, which other instances have to share', async () => {
    const folder = dataFolder();
    const shop = new ShopProcess({ ...at, DUAL_ID_DATA_DIR: folder.path, DUAL_ID_PEPPER: '' });
    expect(await shop.exit).toBe(1);
    expect(shop.output).toContain('DUAL_ID_PEPPER is not set');
  });

  test('takes the key that the operator chose, and shows and stores it nowhere', async () => {
    const folder = dataFolder();
    const shop = new ShopProcess({ ...at, DUAL_ID_DATA_DIR: folder.path });
    const url = await shop.ready();
    await shop.said('With a key:');
    expect(await statusOf(url, ownerHeaders)).toBe(200);
    expect(await statusOf(url, { authorization: `Bearer first-${'z'.repeat(40)}` })).toBe(401);
    expect(shop.output).not.toContain('kkkkkkkk');
    expect(shop.output).toContain('curl -H "Authorization: Bearer $DUAL_ID_FIRST_KEY"');
    await expect(stat(folder.path)).rejects.toMatchObject({ code: 'ENOENT' });
    await shop.stop();
  });

  test('is no use of the key that it tries', async () => {
    const another = await freshDatabase();
    const folder = dataFolder();
    const shop = new ShopProcess({
      DATABASE_URL: urlAs('application', another.url),
      OWNER_DATABASE_URL: urlAs('owner', another.url),
      DUAL_ID_DATA_DIR: folder.path,
    });
    await shop.ready();
    await shop.said('With a key:');
    await shop.stop();
    const used = 'SELECT last_used_at AS at FROM dual_id.api_keys';
    expect(await runSql(another.url, used)).toEqual([{ at: null }]);
    await another.drop();
  });

  test('that cannot keep its key makes none, and the next one does', async () => {
    const another = await freshDatabase();
    const folder = dataFolder();
    await mkdir(join(folder.path, 'first-key'), { recursive: true });
    const environment = {
      DATABASE_URL: urlAs('application', another.url),
      OWNER_DATABASE_URL: urlAs('owner', another.url),
      DUAL_ID_DATA_DIR: folder.path,
      DUAL_ID_FIRST_KEY: '',
    };
    const failed = new ShopProcess(environment);
    expect(await failed.exit).toBe(1);
    expect(failed.output).toContain(join(folder.path, 'first-key'));
    const keys = 'SELECT count(*)::int AS count FROM dual_id.api_keys';
    expect(await runSql(another.url, keys)).toEqual([{ count: 0 }]);
    await rm(join(folder.path, 'first-key'), { recursive: true });
    const next = new ShopProcess(environment);
    const url = await next.ready();
    const token = (await readFile(join(folder.path, 'first-key'), 'utf8')).trim();
    expect(await statusOf(url, { authorization: `Bearer ${token}` })).toBe(200);
    await next.stop();
    await folder.remove();
    await another.drop();
  });

  test('makes one owner, however many instances start together', async () => {
    const empty = await emptyDatabase();
    const all = [1, 2, 3].map(
      () =>
        new ShopProcess({
          DATABASE_URL: empty.url,
          DUAL_ID_DATA_DIR: dataFolder().path,
        }),
    );
    for (const shop of all) {
      expect(await statusOf(await shop.ready(60_000), ownerHeaders)).toBe(200);
    }
    const count = (table: string) =>
      runSql<{ count: number }>(empty.url, `SELECT count(*)::int AS count FROM ${table}`);
    expect(await count('dual_id.api_keys')).toEqual([{ count: 1 }]);
    expect(await count('dual_id.principal_roles')).toEqual([{ count: 1 }]);
    await Promise.all(all.map((shop) => shop.stop()));
    await empty.drop();
  }, 120_000);
});

test.each([
  [{ DUAL_ID_FIRST_KEY: 'hunter2' }, 'DUAL_ID_FIRST_KEY is not first-'],
  [{ DUAL_ID_PEPPER: 'salt' }, 'DUAL_ID_PEPPER is not made of 64'],
  [{ JWT_ISSUER: 'https://sign-in.example' }, 'JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS_URI belong'],
  [{ REQUESTS_PER_MINUTE: '0' }, 'REQUESTS_PER_MINUTE is "0"'],
  [{ ACCESS_LOG: 'yes' }, 'ACCESS_LOG is "yes"'],
] as const)('a start with %o is refused in one sentence', async (environment, sentence) => {
  const shop = new ShopProcess({ ...environment });
  expect(await shop.exit).toBe(1);
  expect(shop.output.trim().split('\n')).toEqual([expect.stringContaining(sentence)]);
  for (const secret of ['hunter2', 'salt']) expect(shop.output).not.toContain(`"${secret}"`);
});
