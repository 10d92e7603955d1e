import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findRunning } from 'nest-dual-id/embedded-postgres';
import { dualIdProcess } from '../cli/command.js';
import { dataFolder, ShopProcess } from '../support/shop-process.js';

const folder = dataFolder();
const start = (environment: Record<string, string> = {}, args: readonly string[] = []) =>
  new ShopProcess({ DUAL_ID_DATA_DIR: folder.path, ...environment }, args);
const status = async (url: string) => (await fetch(url)).status;

/** A port that was free a moment ago. */
async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return String(port);
}

const serverLog = () => readFile(join(folder.path, 'postgres-18.log'), 'utf8');

// The first start fills the catalogue; what is tried here starts on one that is there.
beforeAll(async () => {
  const shop = start();
  await shop.ready();
  await shop.stop();
});
afterAll(folder.remove);

describe('a second start in one folder', () => {
  test('on the same port says where the shop is running, and touches nothing of it', async () => {
    const port = await freePort();
    const first = start({ PORT: port });
    const url = await first.ready();
    const before = await serverLog();
    const second = start({ PORT: port }, ['--import', '/no/such/folder']);
    expect(await second.exit).toBe(1);
    expect(second.output.trim()).toBe(
      `A shop is already running at http://localhost:${port}. Use that one, stop it, or set PORT to another number.`,
    );
    expect(await serverLog()).toBe(before);
    expect(await status(`${url}/health/ready`)).toBe(200);
    expect(await status(`${url}/products`)).toBe(200);
    expect(await first.stop()).toBe(0);
    expect(findRunning(folder.path)).toBeUndefined();
  });

  test('on a port of another program starts no database', async () => {
    const foreign = createServer((socket) => socket.end('who are you?')).listen(0, '127.0.0.1');
    await new Promise((resolve) => foreign.once('listening', resolve));
    const { port } = foreign.address() as AddressInfo;
    const before = await serverLog();
    const shop = start({ PORT: String(port) });
    expect(await shop.exit).toBe(1);
    expect(shop.output.trim()).toBe(
      `Port ${port} is in use. Stop the other program, or set PORT to another number.`,
    );
    expect(await serverLog()).toBe(before);
    foreign.close();
  });

  test('while the first is still starting leaves one shop that serves', async () => {
    const port = await freePort();
    const both = [start({ PORT: port }), start({ PORT: port })];
    const loser = await Promise.race(both.map(async (shop) => (await shop.exit, shop)));
    const winner = both.find((shop) => shop !== loser)!;
    const url = await winner.ready();
    expect(loser.output).toMatch(/^(A shop is already running at|Port \d+ is in use)/);
    expect(await status(`${url}/health/ready`)).toBe(200);
    expect(await status(`${url}/products`)).toBe(200);
    expect(await winner.stop()).toBe(0);
    expect(findRunning(folder.path)).toBeUndefined();
  });

  test.each([0, 1])('on another port shares the database; number %i may stop first', async (at) => {
    const both = [start(), start()];
    const urls = await Promise.all(both.map((shop) => shop.ready()));
    expect(await both[at]!.stop()).toBe(0);
    expect(await status(`${urls[1 - at]}/health/ready`)).toBe(200);
    expect(await both[1 - at]!.stop()).toBe(0);
    expect(findRunning(folder.path)).toBeUndefined();
  });

  test('after a kill -9 of the first takes its database over, and stops it', async () => {
    const first = start();
    await first.ready();
    first.signal('SIGKILL');
    await first.exit;
    expect(findRunning(folder.path)).toBeDefined();
    const second = start();
    expect(await status(`${await second.ready()}/health/ready`)).toBe(200);
    expect(await second.stop()).toBe(0);
    expect(findRunning(folder.path)).toBeUndefined();
  });

  test('of a command next to a shop stops nothing, and outlives the shop', async () => {
    const shop = start();
    const url = await shop.ready();
    const env = { DUAL_ID_DATA_DIR: folder.path };
    expect(await dualIdProcess(['migrate', '--status'], { env })).toMatchObject({ code: 0 });
    expect(await status(`${url}/health/ready`)).toBe(200);
    const command = dualIdProcess(['doctor'], { env });
    const stopped = shop.stop();
    expect(await command).toMatchObject({ code: 0, err: '' });
    expect(await stopped).toBe(0);
    expect(findRunning(folder.path)).toBeUndefined();
  });
});
