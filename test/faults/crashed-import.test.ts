import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runMigrations } from 'nest-dual-id';
import { startEmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import type { EmbeddedPostgres } from 'nest-dual-id/embedded-postgres';
import { importFolder } from 'nest-dual-id/import';
import { DataSource } from 'typeorm';
import { shopDataSource } from '../../src/shop/data-source-options.js';
import { instacart } from '../../src/shop/import/instacart.js';
import { publicIdsOf, stateOf } from '../features/import/shop-state.js';
import type { Workbench } from '../features/import/workbench.js';
import { workbench } from '../features/import/workbench.js';
import { runSql } from '../support/empty-database.js';
import { shopHistory } from './shop-history.js';

const dataDir = join(tmpdir(), `dual-id-crashed-import-${randomBytes(6).toString('hex')}`);
const version = process.env['POSTGRES_VERSION'] === '15' ? 15 : 18;
const crashes = 5;

let server: EmbeddedPostgres;
let whole: Workbench;
let folder: string;

const start = () => startEmbeddedPostgres({ dataDir, version });
const load = (database: string) =>
  importFolder({ database, plan: instacart, folder, options: { rejects: folder } });
const crashed = {
  value: async (sql: string) => Object.values((await runSql(server.url, sql))[0] ?? {})[0],
};

beforeAll(async () => {
  server = await start();
  await runMigrations(new DataSource(shopDataSource(server.url)));
  whole = await workbench();
  folder = await whole.folder(shopHistory());
  await load(whole.url);
}, 120_000);
afterAll(async () => {
  await server.stop();
  await whole.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Stops the server immediately, like a crash: no checkpoint, no notice. */
async function crash(): Promise<void> {
  const [file] = await runSql<{ text: string }>(
    server.url,
    `SELECT pg_read_file('postmaster.pid') AS text`,
  );
  const pid = Number(file!.text.split('\n')[0]);
  process.kill(pid, 'SIGQUIT');
  while (isAlive(pid)) await delay(20);
}

/** A second use of the server waits until it accepts connections again. */
async function untilRestarted(): Promise<void> {
  await (await start()).stop();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('an import whose server crashes continues to the same end once the server is back', async () => {
  let ids: Record<string, unknown> = {};
  for (let round = 0; round < crashes; round += 1) {
    const outcome = load(server.url).then(() => 'done', String);
    await delay(Math.random() * 1500);
    await crash();
    expect(await outcome).toMatch(
      /done|Nothing (of .*)?was loaded|All files are loaded|finishing a table/,
    );
    await untilRestarted();
    const now = await publicIdsOf(crashed);
    expect(now).toMatchObject(ids);
    ids = Object.fromEntries(Object.entries(now).filter(([, text]) => text !== null));
  }
  await load(server.url);
  expect(await stateOf(crashed)).toEqual(await stateOf(whole));
  expect(await publicIdsOf(crashed)).toMatchObject(ids);
}, 300_000);
