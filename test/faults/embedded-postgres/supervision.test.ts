import { spawnSync } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, expect, test } from '@jest/globals';

import { findRunning } from '../../../src/features/embedded-postgres/index.js';
import {
  ask,
  cleanUp,
  ended,
  folderWithCluster,
  isUp,
  newFolder,
  pidFileOf,
  refusal,
  serverPid,
} from '../../features/embedded-postgres/playground.js';
import { testOnLinux } from '../../support/conditions.js';
import { start, startApplication, until } from '../../features/embedded-postgres/playground.js';

afterEach(cleanUp);

const goer = fileURLToPath(new URL('start-and-go.js', import.meta.url));

/** A server under supervision, and its log messages. */
async function supervised(restart = {}, folder?: string) {
  const dataDir = folder ?? (await folderWithCluster());
  const heard: string[] = [];
  const server = await start(dataDir, { restart, log: (message) => heard.push(message) });
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => process.kill(serverPid(dataDir), signal);
  return { dataDir, heard, server, kill };
}

/** Makes every later start fail, and undoes it. */
function spoil(dataDir: string): () => void {
  const file = join(dirname(pidFileOf(dataDir)), 'postgresql.auto.conf');
  const before = readFileSync(file);
  appendFileSync(file, "no_such_setting = '1'\n");
  return () => writeFileSync(file, before);
}

test('a server killed with -9 is back on its port with its data, repeatedly, and the log says so', async () => {
  const { heard, server, kill } = await supervised({ maxDelay: 100 });
  await ask(server.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  for (const restarts of [1, 2, 3]) {
    kill();
    await until('it is restarted', () => server.restarts === restarts);
    expect(await ask(server.url, 'SELECT answer FROM kept')).toBe(42);
  }
  expect(heard).toHaveLength(6);
  expect(heard[0]).toMatch(/process \d+\) ended unexpectedly \(SIGKILL; .+\)\.$/);
  expect(heard[1]).toMatch(/was restarted on .* \(restart 1\)\.$/);
});

testOnLinux('a server whose children are all killed comes back', async () => {
  const { dataDir, server } = await supervised();
  const pid = serverPid(dataDir);
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  const children = stdout.trim().split(/\s+/).map(Number);
  expect(children.length).toBeGreaterThan(3);
  // After the death of the first, the server itself may end the others.
  spawnSync('kill', ['-KILL', ...children.map(String)]);
  await until('it takes connections', () => isUp(server.url));
  expect(server.restarts).toBe(0);
});

test('attempts stop at their limit, the log says why, and another start brings the server back', async () => {
  const { dataDir, heard, server, kill } = await supervised({ maxAttempts: 2, maxDelay: 100 });
  const mend = spoil(dataDir);
  kill();
  await until('it gives up', () => heard.at(-1)?.includes('given up after 2 attempts'));
  expect(heard).toHaveLength(4);
  expect(heard[1]).toMatch(/\(attempt 1 of 2\): .*"[^"]*auto\.conf\\?" contains errors/);
  expect(await isUp(server.url)).toBe(false);
  mend();
  const next = await start(dataDir);
  expect(next).toMatchObject({ adopted: false, url: server.url });
  await until('the first one sees it', () => heard.at(-1)?.includes('started by another program'));
  await next.stop();
  expect(await ask(server.url, 'SELECT 1')).toBe(1);
});

test('a server that was shut down in order stays down', async () => {
  const { dataDir, heard, server, kill } = await supervised();
  kill('SIGINT');
  await until('the log tells', () => heard.at(-1)?.includes('was shut down by another program'));
  expect(findRunning(dataDir)).toBeUndefined();
  expect(server.restarts).toBe(0);
});

test('an immediate shutdown counts as a crash', async () => {
  const { server, kill } = await supervised();
  kill('SIGQUIT');
  await until('it is restarted', () => server.restarts === 1);
});

test('of several users of one server the first restarts it, and the next one after that one is dead', async () => {
  const dataDir = await folderWithCluster();
  const application = await startApplication(dataDir);
  const { server, kill } = await supervised({}, dataDir);
  kill();
  await until('it is back', () => isUp(server.url));
  expect(server.restarts).toBe(0);
  process.kill(application.pid, 'SIGKILL');
  await ended(application.child);
  kill();
  await until('it is restarted', () => server.restarts === 1);
  expect(await ask(server.url, 'SELECT 1')).toBe(1);
});

test('a user that does not supervise leaves it to the others', async () => {
  const dataDir = await folderWithCluster();
  const guest = await start(dataDir, { restart: { maxAttempts: 0 } });
  const { server, kill } = await supervised({}, dataDir);
  kill();
  await until('it is restarted', () => server.restarts === 1);
  expect(await ask(guest.url, 'SELECT 1')).toBe(1);
});

test('stop ends the attempts, and nothing starts after it', async () => {
  const { dataDir, heard, server, kill } = await supervised();
  const mend = spoil(dataDir);
  kill();
  await until('an attempt fails', () => heard.at(-1)?.includes('attempt 1'));
  mend();
  await server.stop();
  const told = heard.length;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await isUp(server.url)).toBe(false);
  expect(heard).toHaveLength(told);
});

test('stop while a restart is under way leaves no server behind', async () => {
  const dataDir = await folderWithCluster();
  for (const delay of [0, 20, 60, 150]) {
    const { server, kill } = await supervised({}, dataDir);
    kill();
    await new Promise((resolve) => setTimeout(resolve, delay));
    await server.stop();
    expect(findRunning(dataDir)).toBeUndefined();
    expect(await isUp(server.url)).toBe(false);
  }
});

test('a port that another program has taken meanwhile is reported and retried', async () => {
  const { dataDir, heard, server, kill } = await supervised({ maxDelay: 100 });
  const mend = spoil(dataDir);
  kill();
  await until('an attempt fails', () => heard.at(-1)?.includes('attempt 1'));
  const foreign = createServer().listen(Number(new URL(server.url).port), '127.0.0.1');
  await new Promise((resolve) => foreign.once('listening', resolve));
  mend();
  await until('it is told', () => heard.at(-1)?.includes('in use by another program'));
  await new Promise((resolve) => foreign.close(resolve));
  await until('it is restarted', () => server.restarts === 1);
});

test('supervision does not keep a process alive', async () => {
  const dataDir = await folderWithCluster();
  const { child } = await startApplication(dataDir, goer);
  await ended(child);
  expect(child.exitCode).toBe(0);
  rmSync(pidFileOf(dataDir));
});

test('a failing log ends nothing', async () => {
  const dataDir = await folderWithCluster();
  const log = () => {
    throw new Error('no log today');
  };
  const server = await start(dataDir, { log });
  process.kill(serverPid(dataDir), 'SIGKILL');
  await until('it is restarted', () => server.restarts === 1);
});

test('invalid limits are refused', async () => {
  const sentence = await refusal(() => start(newFolder(), { restart: { maxDelay: -1 } }));
  expect(sentence).toMatch(/restart.maxDelay is -1: give a number from 0 to/);
});
