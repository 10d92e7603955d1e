import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { findBinaries, program } from './binaries.js';
import type { Binaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError, errorCode } from './embedded-postgres.error.js';
import { isServerOf, readPidFile } from './pid-file.js';
import { lastComplaint, openLog } from './server-log.js';
import type { ServerUser } from './server-user.js';

// The log is about the server: statements and their values, which errors quote, stay out of it.
const quietLog = {
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
};

const STOP_SECONDS = 30;
// PostgreSQL 18 has been seen to wait forever when stopped while it recovered from the death of its
// children. Confirmed transactions are safe anyway, and the next start recovers them.
const PATIENT_SECONDS = 10;

/** How a server process is run. */
export interface ServerOptions {
  readonly binaries: Binaries;
  readonly user: ServerUser | undefined;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  /** When to give up waiting, in milliseconds since the epoch. */
  readonly deadline: number;
  /** Waits for a number of milliseconds; if it throws, the waiting ends. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Whether the log of the previous run explains why this one is needed. */
  readonly keepLog?: boolean;
}

/** The result of starting a server process. */
export interface ServerRun {
  readonly pid: number;
  readonly isReady: boolean;
  /** How the process ended, once it has: `exit code 1`, or the signal. */
  readonly ended: Promise<string>;
}

/**
 * Runs the server in its own session, where the terminal's Ctrl-C does not reach it, and waits
 * until it accepts connections or has ended.
 */
export async function runServer(cluster: Cluster, options: ServerOptions): Promise<ServerRun> {
  const log = openLog(cluster, options.keepLog);
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
  const ended = exitMessage(child);
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (Date.now() < options.deadline) {
    try {
      await Promise.race([ended, options.pause(10)]);
    } catch (error) {
      // A process that stops the server after this wait was given up finds it by its pid file.
      const isNamed = () => readPidFile(cluster.data)?.pid === pid;
      while (!isNamed() && !(await Promise.race([ended, sleep(10)])));
      throw error;
    }
    if (hasEnded && pid === 0) throw new Error(await ended);
    if (hasEnded) return { pid, isReady: false, ended };
    const file = readPidFile(cluster.data);
    if (file?.pid === pid && file.status === 'ready') return { pid, isReady: true, ended };
  }
  throw stillStarting(cluster);
}

/** Never rejects and keeps its listeners: an unhandled 'error' would end this process. */
function exitMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

/**
 * Stops the server, which rolls back running transactions, and waits until it is gone; one that
 * cannot shut down in order is stopped immediately.
 */
export async function stopServer(cluster: Cluster, pid: number): Promise<void> {
  const exists = () => readPidFile(cluster.data)?.pid === pid && isServerOf(pid, cluster.data);
  if (!exists()) return;
  tellToStop(cluster, pid, 'fast');
  const began = performance.now();
  let isPatient = true;
  while (exists()) {
    const seconds = (performance.now() - began) / 1000;
    if (seconds > STOP_SECONDS) throw stillStopping(cluster, pid);
    if (isPatient && seconds > PATIENT_SECONDS) {
      isPatient = false;
      tellToStop(cluster, pid, 'immediate');
    }
    await sleep(10);
  }
}

/**
 * User and environment of the programs: none of the application's secrets, none of its PG* names.
 */
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
  const flags = Object.entries({ ...quietLog, ...settings, ...fixed });
  return [
    '-D',
    cluster.data,
    '-p',
    String(port),
    ...flags.flatMap(([k, v]) => ['-c', `${k}=${v}`]),
  ];
}

function tellToStop(cluster: Cluster, pid: number, mode: 'fast' | 'immediate'): void {
  // Windows has no such signals; pg_ctl talks to the server through a pipe instead.
  if (process.platform === 'win32') {
    const pgCtl = program(findBinaries(cluster.major), 'pg_ctl');
    spawnSync(pgCtl, ['stop', '-D', cluster.data, '-m', mode, '-W']);
    return;
  }
  try {
    process.kill(pid, mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

function stillStarting(cluster: Cluster): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL is not ready after 30 seconds (${lastComplaint(cluster)}) and was left running: see ${cluster.log}, then start again.`,
  );
}

function stillStopping(cluster: Cluster, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `PostgreSQL did not stop within ${STOP_SECONDS} seconds: see ${cluster.log}, then end process ${pid} with "kill -KILL ${pid}".`,
  );
}
