import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

import { isAlive } from './pid-file.js';

/**
 * When a process started, in whatever unit the system counts: with its id it names one run of a
 * program, for ids are given out again. Nothing when no such process runs.
 */
export function startOf(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') return 'unknown';
  if (process.platform === 'linux') return linuxStart(pid);
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const ps = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env });
  return ps.status === 0 ? ps.stdout.trim().replace(/\W+/g, '-') : undefined;
}

function linuxStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, which may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // One that has ended and only waits for its parent to take note (Z) runs no more.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    // Without /proc it cannot be known; then the id alone has to do.
    return existsSync('/proc/self') ? undefined : 'unknown';
  }
}
