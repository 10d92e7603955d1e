import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';

import { locateCluster } from '../../../src/features/embedded-postgres/cluster.js';
import { hold } from '../../../src/features/embedded-postgres/holders.js';
import type { Hold } from '../../../src/features/embedded-postgres/holders.js';
import { processStart } from '../../../src/features/embedded-postgres/process-start.js';
import { ask, cleanUp, ended, isUp, folderWithCluster, serverPid } from './playground.js';
import { start, startApplication } from './playground.js';

afterEach(cleanUp);

const holdersOf = (dataDir: string) => join(dataDir, 'postgres-18', 'holders');

test('a process that adopts the server of a living application never stops it', async () => {
  const dataDir = await folderWithCluster();
  const application = await startApplication(dataDir);
  const pid = serverPid(dataDir);
  const guest = await start(dataDir);
  expect(guest.adopted).toBe(true);
  await guest.stop();
  expect(await ask(application.url, 'SELECT 1')).toBe(1);
  expect(serverPid(dataDir)).toBe(pid);
  application.child.kill('SIGTERM');
  await ended(application.child);
  expect(await isUp(application.url)).toBe(false);
});

test('an application that stops leaves the server to its other users', async () => {
  const dataDir = await folderWithCluster();
  const application = await startApplication(dataDir);
  const [guest, other] = [await start(dataDir), await start(dataDir)];
  application.child.kill('SIGTERM');
  await ended(application.child);
  expect(await ask(guest.url, 'SELECT 1')).toBe(1);
  await guest.stop();
  expect(await ask(other.url, 'SELECT 1')).toBe(1);
  await other.stop();
  expect(await isUp(other.url)).toBe(false);
  expect(readdirSync(holdersOf(dataDir))).toEqual([]);
});

test('a note of a process whose id was reused by another program does not keep the server', async () => {
  const dataDir = await folderWithCluster();
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  const pid = stranger.pid ?? 0;
  const server = await start(dataDir);
  mkdirSync(holdersOf(dataDir), { recursive: true });
  writeFileSync(join(holdersOf(dataDir), `1.${pid}.12345.old.supervises`), '');
  await server.stop();
  expect(await isUp(server.url)).toBe(false);
  const next = await start(dataDir);
  writeFileSync(join(holdersOf(dataDir), `1.${pid}.${processStart(pid)}.new.supervises`), '');
  await next.stop();
  expect(await isUp(next.url)).toBe(true);
  stranger.kill('SIGKILL');
  await ended(stranger);
});

test('a start while the last user leaves still gets a server', async () => {
  const dataDir = await folderWithCluster();
  let last = await start(dataDir);
  for (let round = 0; round < 12; round += 1) {
    const leaving = last.stop();
    last = await start(dataDir);
    expect(await ask(last.url, 'SELECT 1')).toBe(1);
    await leaving;
    expect(await ask(last.url, 'SELECT 1')).toBe(1);
  }
  expect(last.restarts).toBe(0);
});

test('a start while another process stops the server waits for that', async () => {
  const dataDir = await folderWithCluster();
  const first = await start(dataDir);
  const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
  const note = `1.${stranger.pid}.${processStart(stranger.pid ?? 0)}.other.leaves`;
  writeFileSync(join(holdersOf(dataDir), note), '');
  let isThere = false;
  const second = start(dataDir).finally(() => (isThere = true));
  await sleep(500);
  expect(isThere).toBe(false);
  stranger.kill('SIGKILL');
  expect(await second).toMatchObject({ adopted: true, url: first.url });
});

test('the first supervising process supervises alone, until it is gone', async () => {
  const dataDir = await folderWithCluster();
  const cluster = locateCluster(dataDir, 18);
  const holds: Hold[] = [];
  for (const supervises of [false, true, true]) {
    holds.push(hold(cluster, supervises));
    await sleep(5);
  }
  const [guest, first, second] = holds;
  expect([first?.isFirst(), second?.isFirst()]).toEqual([true, false]);
  await first?.release(async () => undefined);
  expect(second?.isFirst()).toBe(true);
  for (const one of [guest, second]) await one?.release(async () => undefined);
});

test('a failed start does not keep the server of others running', async () => {
  const dataDir = await folderWithCluster();
  const server = await start(dataDir);
  await expect(start(dataDir, { port: 1 })).rejects.toThrow(/already serves/);
  await server.stop();
  expect(await isUp(server.url)).toBe(false);
});
