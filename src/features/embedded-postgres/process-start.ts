import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

import { isAlive } from './pid-file.js';

/**
 * When a process started, in whatever unit the system counts: together with its id it identifies
 * one run of a program, because ids are reused. Undefined if no such process runs.
 */
export function processStart(pid: number): string | undefined {
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
    // The second field is the program's name in brackets, which may contain spaces and brackets
    // itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A process that has ended and only waits for its parent (Z) no longer runs.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    // Without /proc it cannot be determined; then the id alone has to do.
    return existsSync('/proc/self') ? undefined : 'unknown';
  }
}
