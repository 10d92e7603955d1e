import { afterAll, afterEach, expect, test } from '@jest/globals';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolder, ShopProcess } from '../support/shop-process.js';

const folder = dataFolder();
const data = join(folder.path, 'postgres-18', 'data');
let shop: ShopProcess;
afterEach(async () => {
  await shop.stop();
});
afterAll(folder.remove);

const status = async (url: string) => (await fetch(url)).status;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error(`Not in time: ${what}. ${shop.output}`);
}

test('a shop whose embedded server died is not ready until it is back, and continues', async () => {
  shop = new ShopProcess({ DUAL_ID_DATA_DIR: folder.path });
  const url = await shop.ready();
  const settings = join(data, 'postgresql.auto.conf');
  const before = await readFile(settings);
  await appendFile(settings, "no_such_setting = '1'\n");
  process.kill(
    Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8'), 10),
    'SIGKILL',
  );
  await until('an attempt fails', async () => shop.output.includes('attempt 2 of 20'));
  expect(await status(`${url}/health/ready`)).toBe(503);
  expect(await status(`${url}/health/live`)).toBe(200);
  expect(await status(`${url}/products`)).toBe(503);
  await writeFile(settings, before);
  await until('it is ready', async () => (await status(`${url}/health/ready`)) === 200);
  expect(await status(`${url}/products`)).toBe(200);
  expect(shop.output).toMatch(/PostgreSQL on \S+ \(process \d+\) ended unexpectedly \(SIGKILL; /);
  expect(shop.output).toMatch(/could not be restarted \(attempt 1 of 20\): .*contains errors/);
  expect(shop.output).toMatch(/PostgreSQL was restarted on \S+ \(restart 1\)/);
});
