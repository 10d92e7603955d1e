import { spawn, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { findBinaries, program } from './binaries.js';
import type { Binaries } from './binaries.js';
import { readIfThere } from './cluster.js';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isServerOf, readPidFile } from './pid-file.js';
import type { ServerUser } from './server-user.js';

const STOP_SECONDS = 30;

/** How a server process is run. */
export interface ServerOptions {
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  /** When to give up waiting, in milliseconds since the epoch. */
  readonly deadline: number;
}

/** What became of a server process. */
export interface ServerRun {
  readonly pid: number;
  readonly isReady: boolean;
}

/**
 * Runs the server in a session of its own, where the terminal's Ctrl-C does not reach it, and
 * waits until it accepts connections or has ended.
 */
export async function runServer(cluster: Cluster, options: ServerOptions): Promise<ServerRun> {
  const log = openLog(cluster);
  const child = spawn(program(options.binaries, 'postgres'), serverFlags(cluster, options), {
    ...surroundings(options.user),
    cwd: cluster.root,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  log.close();
  child.unref();
  const pid = child.pid ?? 0;
  const ended = new Promise<true>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve(true));
  });
  while (Date.now() < options.deadline) {
    const hasEnded = await Promise.race([ended, sleep(10, false)]);
    if (hasEnded) return { pid, isReady: false };
    const file = readPidFile(cluster.data);
    if (file?.pid === pid && file.status === 'ready') return { pid, isReady: true };
  }
  throw stillStarting(cluster);
}

/** Ends the server, which rolls back what runs, and waits until it is gone. */
export async function stopServer(cluster: Cluster, pid: number): Promise<void> {
  const isThere = () => readPidFile(cluster.data)?.pid === pid && isServerOf(pid, cluster.data);
  if (!isThere()) return;
  if (process.platform === 'win32') pgCtlStop(cluster);
  else process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_SECONDS * 1000;
  while (isThere()) {
    if (Date.now() > deadline) throw stillStopping(cluster, pid);
    await sleep(10);
  }
}

/** Empties the log and opens it for appending, so that two writers never overwrite each other. */
export function openLog(cluster: Cluster): { fd: number; close(): void } {
  const fd = openSync(cluster.log, 'a', 0o600);
  ftruncateSync(fd);
  return { fd, close: () => closeSync(fd) };
}

/**
 * The line of the log that says what went wrong, without its time stamp. Where the process is
 * known, its own lines count before those of others that write to the same log.
 */
export function lastComplaint(cluster: Cluster, pid?: number): string {
  const all = (readIfThere(cluster.log) ?? '').split('\n').filter((line) => line.trim() !== '');
  const own = all.filter((line) => line.includes(` [${pid}] `));
  const lines = own.length > 0 ? own : all;
  const told = lines.findLast((line) => /\b(FATAL|PANIC|error):/.test(line)) ?? lines.at(-1);
  return told?.replace(/^.*?\] (?=[A-Z]+:)/, '').replace(/\s+/g, ' ') ?? 'it wrote no log';
}

/** User and environment of the programs: none of the application's secrets, none of its PG* names. */
export function surroundings(user: ServerUser | undefined): {
  uid?: number;
  gid?: number;
  env: NodeJS.ProcessEnv;
} {
  const { PATH, TZ } = process.env;
  const inherited = process.platform === 'win32' ? process.env : { PATH, TZ };
  const env = { ...inherited, LC_ALL: 'C' };
  return user ? { env, uid: user.uid, gid: user.gid } : { env };
}

function serverFlags(cluster: Cluster, { port, settings }: ServerOptions): string[] {
  const fixed = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const flags = Object.entries({ ...settings, ...fixed });
  return [
    '-D',
    cluster.data,
    '-p',
    String(port),
    ...flags.flatMap(([k, v]) => ['-c', `${k}=${v}`]),
  ];
}

// Windows has no SIGINT to send; pg_ctl speaks to the server through a pipe instead.
function pgCtlStop(cluster: Cluster): void {
  const binaries = findBinaries(cluster.major);
  spawnSync(program(binaries, 'pg_ctl'), ['stop', '-D', cluster.data, '-m', 'fast', '-W']);
}

function stillStarting(cluster: Cluster): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL is not ready after 30 seconds (${lastComplaint(cluster)}) and was left to go on: see ${cluster.log}, then start again.`,
  );
}

function stillStopping(cluster: Cluster, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL did not stop within ${STOP_SECONDS} seconds: see ${cluster.log}, then end process ${pid} with "kill -QUIT ${pid}".`,
  );
}
