import { spawnSync } from 'node:child_process';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readIfThere } from './cluster.js';
import { errorCode } from './embedded-postgres.error.js';

/** What a server writes about itself to `postmaster.pid`. */
export interface PidFile {
  readonly text: string;
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready` or `stopping`; empty in the first moments. */
  readonly status: string;
}

/** Reads the pid file of a data directory; it may be stale. */
export function readPidFile(data: string): PidFile | undefined {
  const text = readIfThere(pidFileOf(data));
  if (text === undefined) return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  return { text, pid: Number(lines[0]), port: Number(lines[3]), status: lines[7] ?? '' };
}

/** Whether a process with this id exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Whether this process serves this data directory; also true if that cannot be determined. */
export function isServerOf(pid: number, data: string): boolean {
  if (!isAlive(pid)) return false;
  const command = commandLine(pid);
  return command === undefined || command.includes(`-D ${data} `);
}

/** `isServerOf` for frequent polling: except on Linux, it would start a program each time. */
export function stillServes(pid: number, data: string): boolean {
  return process.platform === 'linux' ? isServerOf(pid, data) : isAlive(pid);
}

/**
 * Takes a pid file away from a process that is not a server. The file stays, with the id of this
 * process: PostgreSQL treats its own parent's id as stale, and still checks the shared memory named
 * in the file for orphans of the old server. A file that was renewed meanwhile is left alone.
 */
export function disownPidFile(data: string, judged: PidFile): void {
  const claimed = `${pidFileOf(data)}.stale-${process.pid}`;
  try {
    renameSync(pidFileOf(data), claimed);
    const text = readFileSync(claimed, 'utf8');
    if (text === judged.text) writeFileSync(claimed, text.replace(/^\S*/, String(process.pid)));
    linkSync(claimed, pidFileOf(data));
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error))) throw error;
  }
  removeQuietly(claimed);
}

function pidFileOf(data: string): string {
  return join(data, 'postmaster.pid');
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function commandLine(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    const ps = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return ps.status === 0 ? `${ps.stdout.trim()} ` : undefined;
  }
}
