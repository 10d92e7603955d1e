import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRunning } from 'nest-dual-id/embedded-postgres';
import { shopWith, smallShop } from '../features/import/small-shop.js';
import { dataFolder, ShopProcess } from '../support/shop-process.js';

let folder: ReturnType<typeof dataFolder>;
let files: string;
beforeEach(async () => {
  folder = dataFolder();
  files = await mkdtemp(join(tmpdir(), 'dual-id-files-'));
});
afterEach(async () => {
  await folder.remove();
  await rm(files, { recursive: true, force: true });
});

const start = (args: readonly string[] = []) =>
  new ShopProcess({ DUAL_ID_DATA_DIR: folder.path }, args);

async function until(isSo: () => boolean): Promise<void> {
  for (let look = 0; look < 1200 && !isSo(); look++) await sleep(25);
  if (!isSo()) throw new Error('It did not come to that.');
}

describe('a signal that comes before the shop serves', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends an import on %s, says so, and stops the database', async (signal, code) => {
    const rows = Array.from({ length: 300_000 }, (_, n) => `${n + 200},Product ${n},1,1`);
    const products = `${smallShop['products.csv']}${rows.join('\n')}\n`;
    for (const [name, text] of Object.entries(shopWith({ 'products.csv': products }))) {
      await writeFile(join(files, name), text);
    }
    const shop = start(['--import', files]);
    await until(() => shop.output.includes('aisles.csv: done'));
    shop.signal(signal);
    expect(await shop.exit).toBe(code);
    expect(shop.output.trim().split('\n').at(-1)).toBe(
      `${signal} came before the shop was ready and stops it. Imported tables stay imported.`,
    );
    expect(findRunning(folder.path)).toBeUndefined();
  });

  test('stops the database that is starting', async () => {
    const shop = start();
    await until(() => findRunning(folder.path) !== undefined || !shop.isAlive);
    shop.signal('SIGTERM');
    expect(await shop.exit).toBe(143);
    expect(shop.output).toContain('SIGTERM came before the shop was ready and stops it.');
    expect(findRunning(folder.path)).toBeUndefined();
  });

  test('ends the process immediately when followed by another one', async () => {
    const shop = start();
    await sleep(300);
    shop.signal('SIGTERM');
    shop.signal('SIGTERM');
    expect(await shop.exit).not.toBe(0);
  });
});
