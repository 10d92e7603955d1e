import { spawn } from 'node:child_process';
import { chmodSync, cpSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, expect, test } from '@jest/globals';

import { findRunning } from '../../../src/features/embedded-postgres/index.js';
import {
  cleanUp,
  ask,
  ended,
  newFolder,
  pidFileOf,
} from '../../features/embedded-postgres/playground.js';
import {
  refusal,
  serverPid,
  start,
  startApplication,
} from '../../features/embedded-postgres/playground.js';

afterEach(cleanUp);

test('a server outlives the kill -9 of its application and the next start adopts it', async () => {
  const dataDir = newFolder();
  const application = await startApplication(dataDir);
  const pid = serverPid(dataDir);
  process.kill(application.pid, 'SIGKILL');
  await ended(application.child);
  const next = await start(dataDir);
  expect(next).toMatchObject({ adopted: true, url: application.url });
  expect(serverPid(dataDir)).toBe(pid);
  expect(await ask(next.url, 'SELECT 1')).toBe(1);
  await next.stop();
  await expect(ask(next.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a server keeps responding when Ctrl-C interrupts the process group of its application', async () => {
  const dataDir = newFolder();
  const application = await startApplication(dataDir);
  process.kill(-application.pid, 'SIGINT');
  await ended(application.child);
  expect(await ask(application.url, 'SELECT pg_sleep(0.3) IS NOT NULL')).toBe(true);
  const next = await start(dataDir);
  expect(next.adopted).toBe(true);
  await next.stop();
  await expect(ask(application.url, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a running server is not adopted on a port other than the requested one', async () => {
  const dataDir = newFolder();
  const server = await start(dataDir);
  const other = Number(new URL(server.url).port) - 1;
  expect(await refusal(() => start(dataDir, { port: other }))).toMatch(
    /already serves .* instead of \d+: stop the application/,
  );
  await server.stop();
});

test('a server killed with kill -9 during a query starts again with its committed data', async () => {
  const dataDir = newFolder();
  const first = await start(dataDir, { restart: { maxAttempts: 0 } });
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  // The orphaned session notices the end of its server only after its statement.
  const query = ask(first.url, 'SELECT count(*) FROM generate_series(1, 10000000)');
  const orphan = query.catch(() => undefined);
  await sleep(200);
  process.kill(serverPid(dataDir), 'SIGKILL');
  const second = await start(dataDir);
  await orphan;
  expect(second.adopted).toBe(false);
  expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
  await second.stop();
});

test('a pid file whose process id now belongs to another program is fixed', async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  await first.stop();
  // PostgreSQL treats a living process of its own user as a server; only then is a fix needed.
  const { uid, gid } = statSync(dirname(pidFileOf(dataDir)));
  const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
  writePidFile(dataDir, { pid: stranger.pid ?? 0, port: 1 });
  expect(findRunning(dataDir)).toBeUndefined();
  const second = await start(dataDir);
  expect(second).toMatchObject({ adopted: false, url: first.url });
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  await second.stop();
  stranger.kill('SIGKILL');
});

test('the living server of a copied data folder is never mistaken for its own', async () => {
  const [mine, copy] = [newFolder(), newFolder()];
  const first = await start(mine);
  await first.stop();
  cpSync(join(mine, 'postgres-18'), join(copy, 'postgres-18'), { recursive: true });
  // From Node.js 24 on, copied folders have the mode of new ones, and PostgreSQL refuses an open
  // one.
  chmodSync(join(copy, 'postgres-18', 'data'), 0o700);
  const other = await start(copy);
  writePidFile(mine, { pid: serverPid(copy), port: Number(new URL(other.url).port) });
  expect(findRunning(mine)).toBeUndefined();
  const second = await start(mine);
  expect(second.adopted).toBe(false);
  expect(second.url).not.toBe(other.url);
  expect(await ask(other.url, 'SELECT 1')).toBe(1);
  await Promise.all([second.stop(), other.stop()]);
});

test('an empty pid file, as left by a power failure, is fixed', async () => {
  const dataDir = newFolder();
  await (await start(dataDir)).stop();
  writeFileSync(pidFileOf(dataDir), '');
  const server = await start(dataDir);
  expect(server.adopted).toBe(false);
  await server.stop();
});

function writePidFile(dataDir: string, { pid, port }: { pid: number; port: number }): void {
  const file = pidFileOf(dataDir);
  const lines = [pid, dirname(file), 1_700_000_000, port, '', '127.0.0.1', '  1 1', 'ready   '];
  writeFileSync(file, `${lines.join('\n')}\n`);
}
