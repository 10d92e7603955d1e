import { afterEach, expect } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { processStart } from '../src/features/embedded-postgres/process-start.js';
import { testOnLinux } from './support/conditions.js';
import { runSql } from './support/empty-database.js';
import { shortLivedFolder } from './support/short-lived-folder.js';

const keeperFile = fileURLToPath(new URL('./keeper.js', import.meta.url));
const stayFile = fileURLToPath(
  new URL('./features/embedded-postgres/start-and-stay.js', import.meta.url),
);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A run in little: a keeper whose stdin a runner holds, and a test that started a server. */
async function startRun() {
  const folder = mkdtempSync(join(tmpdir(), 'dual-id-run-'));
  const dataDir = shortLivedFolder();
  const args = [keeperFile, folder, '18', dataDir];
  chmodSync(folder, 0o755);
  // The runner is a process of its own, so that it can be killed.
  const runner = spawn(
    process.execPath,
    [
      '-e',
      `const { spawn } = require('node:child_process');
       spawn(process.execPath, ${JSON.stringify(args)},
         { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
       setTimeout(() => {}, 100000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await firstLine(runner);
  const data = join(folder, 'tmp', 'data');
  mkdirSync(data, { recursive: true });
  chmodSync(join(folder, 'tmp'), 0o755);
  const env = { ...process.env, TMPDIR: join(folder, 'tmp') };
  const own = spawn(process.execPath, [stayFile, data], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(runner, own);
  const { url: ownUrl } = JSON.parse(await firstLine(own)) as { url: string };
  return {
    folder,
    dataDir,
    runner,
    own,
    servers: [await postmaster(url), await postmaster(ownUrl)],
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.split('\n')[0]!;
}

async function postmaster(url: string): Promise<number> {
  const [row] = await runSql<{ pid: string }>(
    url,
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`,
  );
  return Number(row!.pid);
}

async function untilGone(isThere: () => boolean): Promise<boolean> {
  for (let look = 0; look < 600 && isThere(); look++) await sleep(50);
  return !isThere();
}

testOnLinux(
  'a test run whose runner is killed leaves no process, no server and no folder',
  async () => {
    const { folder, dataDir, runner, own, servers } = await startRun();
    const ended = once(own, 'exit');
    runner.kill('SIGKILL');
    expect(await untilGone(() => existsSync(folder))).toBe(true);
    expect(existsSync(dataDir)).toBe(false);
    expect(servers.filter((pid) => processStart(pid) !== undefined)).toEqual([]);
    expect((await ended)[1]).toBe('SIGKILL');
  },
);

testOnLinux('a server whose test was killed ends with the run', async () => {
  const { folder, dataDir, runner, own, servers } = await startRun();
  own.kill('SIGKILL');
  await once(own, 'exit');
  expect(servers.filter((pid) => processStart(pid) !== undefined)).toEqual(servers);
  runner.kill('SIGTERM');
  expect(await untilGone(() => existsSync(folder))).toBe(true);
  expect(existsSync(dataDir)).toBe(false);
  expect(servers.filter((pid) => processStart(pid) !== undefined)).toEqual([]);
});
