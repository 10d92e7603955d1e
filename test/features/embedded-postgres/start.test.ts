import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, expect, test } from '@jest/globals';

import { findRunning } from '../../../src/features/embedded-postgres/index.js';
import {
  cleanUp,
  ask,
  newFolder,
  pidFileOf,
  serverPid,
  start,
  startApplication,
} from './playground.js';

afterEach(cleanUp);

test('a fresh start creates a UTF-8 database of version 18 that only its password opens', async () => {
  const dataDir = join(newFolder(), 'not', 'there', 'yet');
  const server = await start(dataDir);
  expect(server.adopted).toBe(false);
  expect(server.url).toMatch(/^postgres:\/\/owner:[\w-]{32}@127\.0\.0\.1:\d+\/dual_id$/);
  expect(await ask(server.url, 'SHOW server_version')).toMatch(/^18\./);
  expect(await ask(server.url, 'SHOW server_encoding')).toBe('UTF8');
  expect(await ask(server.url, "SELECT lower('ÄÉ')")).toBe('äé');
  expect(await ask(server.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
  expect(await ask(server.url, 'SHOW unix_socket_directories')).toBe('');
  expect(statSync(join(dataDir, 'postgres-18', 'password')).mode & 0o777).toBe(0o600);
  const stranger = server.url.replace(/:[\w-]{32}@/, ':guess@');
  await expect(ask(stranger, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await server.stop();
});

test('a second start keeps the data, the port and the password', async () => {
  const dataDir = newFolder();
  const first = await start(dataDir);
  await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start(dataDir);
  expect(second.adopted).toBe(false);
  expect(second.url).toBe(first.url);
  expect(await ask(second.url, 'SELECT answer FROM kept')).toBe(42);
  await second.stop();
});

test('stop waits for the end, may be called twice, and a running server can be found until then', async () => {
  const dataDir = newFolder();
  expect(findRunning(join(dataDir, 'nowhere'))).toBeUndefined();
  expect(findRunning(dataDir)).toBeUndefined();
  const server = await start(dataDir);
  const pid = serverPid(dataDir);
  expect(findRunning(dataDir)).toEqual({ url: server.url });
  expect(findRunning(dataDir, 15)).toBeUndefined();
  await Promise.all([server.stop(), server.stop()]);
  await server.stop();
  expect(findRunning(dataDir)).toBeUndefined();
  expect(existsSync(pidFileOf(dataDir))).toBe(false);
  expect(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout).toMatch(
    /^Z?\S*\s*$/,
  );
});

test('settings reach the server, but cannot make it listen to the network', async () => {
  const settings = { fsync: 'off', work_mem: '7MB', listen_addresses: '*' };
  const server = await start(newFolder(), { settings });
  expect(await ask(server.url, 'SHOW work_mem')).toBe('7MB');
  expect(await ask(server.url, 'SHOW fsync')).toBe('off');
  expect(await ask(server.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
  await server.stop();
});

test('the log of the server contains no statement or value of a failed one', async () => {
  const dataDir = newFolder();
  const server = await start(dataDir);
  await ask(
    server.url,
    'CREATE TABLE people (name text CONSTRAINT people_ck CHECK (false) UNIQUE)',
  );
  for (const sql of [
    "INSERT INTO people VALUES ('Ada Lovelace')",
    "SELECT 'Ada Lovelace'::bigint",
    "DO $$ BEGIN RAISE WARNING 'Ada Lovelace'; END $$; SELECT 'Ada Lovelace' FROM nowhere",
  ]) {
    await expect(ask(server.url, sql)).rejects.toThrow();
  }
  const stranger = server.url.replace(/:[\w-]{32}@/, ':guess@');
  await expect(ask(stranger, 'SELECT 1')).rejects.toThrow();
  const log = join(dataDir, 'postgres-18.log');
  const text = readFileSync(log, 'utf8');
  expect(text).not.toMatch(/Lovelace|people|nowhere/);
  expect(text).toMatch(/LOG: {2}database system is ready[^]*FATAL: {2}password authentication/);
  expect(statSync(log).mode & 0o777).toBe(0o600);
  await server.stop();
});

test('settings of the application may add statements to the log', async () => {
  const dataDir = newFolder();
  const settings = { fsync: 'off', log_min_messages: 'error', log_min_error_statement: 'error' };
  const server = await start(dataDir, { settings });
  await expect(ask(server.url, 'SELECT 1 FROM nowhere')).rejects.toThrow();
  const text = readFileSync(join(dataDir, 'postgres-18.log'), 'utf8');
  expect(text).toContain('STATEMENT:  SELECT 1 FROM nowhere');
  await server.stop();
});

test('version 15 starts next to version 18 in one data folder', async () => {
  const dataDir = newFolder();
  const [newer, older] = await Promise.all([start(dataDir), start(dataDir, { version: 15 })]);
  expect(await ask(older.url, 'SHOW server_version')).toMatch(/^15\./);
  expect(await ask(newer.url, 'SHOW server_version')).toMatch(/^18\./);
  expect(findRunning(dataDir, 15)).toEqual({ url: older.url });
  await Promise.all([newer.stop(), older.stop()]);
});

test('of applications that start at once on a new folder, one starts the server and the others adopt it', async () => {
  const dataDir = newFolder();
  const all = await Promise.all([1, 2, 3].map(() => startApplication(dataDir)));
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  expect(all.map(({ adopted }) => adopted).sort()).toEqual([false, true, true]);
  expect(readdirSync(dataDir).sort()).toEqual(['postgres-18', 'postgres-18.log']);
});
