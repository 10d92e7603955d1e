import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Client } from 'pg';

import {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from '../../../src/features/embedded-postgres/index.js';
import type {
  EmbeddedPostgres,
  EmbeddedPostgresOptions,
} from '../../../src/features/embedded-postgres/index.js';

export const program = fileURLToPath(new URL('start-and-stay.js', import.meta.url));

const folders: string[] = [];
const children: ChildProcess[] = [];
const servers: EmbeddedPostgres[] = [];

/** Ends what a test started; every file passes it to `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    await ended(child);
  }
  for (const server of servers.splice(0)) await server.stop();
  for (const folder of folders.splice(0)) {
    for (const version of [18, 15] as const) {
      if (!existsSync(pidFileOf(folder, version))) continue;
      await (await startEmbeddedPostgres({ dataDir: folder, version })).stop();
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new folder that any user may enter; servers in it are stopped after the test. */
export function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'embedded-postgres-')));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

let made: Promise<string> | undefined;

/** A new folder with a cluster copied from one that is created once: initdb takes seconds. */
export async function folderWithCluster(): Promise<string> {
  made ??= makeCluster();
  const folder = newFolder();
  const cluster = join(folder, 'postgres-18');
  cpSync(join(await made, 'postgres-18'), cluster, { recursive: true });
  chmodSync(join(cluster, 'data'), 0o700);
  rmSync(join(cluster, 'port'));
  return folder;
}

async function makeCluster(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-postgres-made-'));
  chmodSync(folder, 0o755);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await (await startEmbeddedPostgres({ dataDir: folder, settings: { fsync: 'off' } })).stop();
  return folder;
}

/** Starts a server, whose use ends after the test. */
export async function start(
  dataDir: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres> {
  const settings = { fsync: 'off' };
  const server = await startEmbeddedPostgres({ dataDir, settings, ...options });
  servers.push(server);
  return server;
}

/** Starts an application in its own process group, as a terminal does. */
export async function startApplication(
  dataDir: string,
  script = program,
): Promise<{ child: ChildProcess; pid: number; url: string; adopted: boolean }> {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [script, dataDir], { detached: true, stdio: [...stdio] });
  children.push(child);
  const errors = child.stderr ? text(child.stderr) : '';
  const answer = await new Promise<string>((resolve) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
    child.once('exit', () => resolve(''));
  });
  if (answer === '' || child.pid === undefined) throw new Error(await errors);
  return { child, pid: child.pid, ...(JSON.parse(answer) as { url: string; adopted: boolean }) };
}

/** Resolves when the process is gone. */
export function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/** The first column of the first row. */
export async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

export function pidFileOf(dataDir: string, version = 18): string {
  return join(dataDir, `postgres-${version}`, 'data', 'postmaster.pid');
}

export function serverPid(dataDir: string): number {
  return Number.parseInt(readFileSync(pidFileOf(dataDir), 'utf8'), 10);
}

/** The message of an error, which is one sentence. */
export async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof EmbeddedPostgresError && /^[^\n]+\.$/.test(error.message)) {
      return error.message;
    }
    throw error;
  }
  throw new Error('it was not refused');
}

/** Polls until it is true, for at most two thirds of a minute. */
export async function until(what: string, isSo: () => unknown): Promise<void> {
  const end = Date.now() + 40_000;
  for (;;) {
    if (await isSo()) return;
    if (Date.now() > end) throw new Error(`Not within 40 seconds: ${what}.`);
    await sleep(20);
  }
}

/** Whether the server of the connection string accepts connections. */
export async function isUp(url: string): Promise<boolean> {
  return ask(url, 'SELECT true').then(Boolean, () => false);
}
