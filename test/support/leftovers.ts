import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isServerOf } from '../../src/features/embedded-postgres/pid-file.js';

/**
 * Ends the processes whose temporary folder is within a folder, as that of all processes of a test
 * run is. Only Linux tells of them; elsewhere they end with their runner, or at their own limits.
 */
export function endProcesses(folder: string): void {
  for (const pid of namesIn('/proc').map(Number)) {
    if (!(pid > 0) || pid === process.pid) continue;
    if (environmentOf(pid).includes(`\0TMPDIR=${folder}/`)) kill(pid, 'SIGKILL');
  }
}

/** Ends the servers that have their data within a folder, and waits until they are gone. */
export async function endServers(folder: string): Promise<void> {
  const files = namesIn(folder, true).filter((name) => name.endsWith('postmaster.pid'));
  for (const file of files) {
    const data = dirname(join(folder, file));
    const pid = Number(textOf(join(folder, file)).split('\n')[0]);
    if (!(pid > 0) || !isServerOf(pid, data)) continue;
    kill(pid, 'SIGCONT');
    // At once: the data goes as well, and a standby or a frozen server may never end in order.
    kill(pid, 'SIGQUIT');
    for (let look = 0; look < 500 && isServerOf(pid, data); look++) await sleep(20);
  }
}

function environmentOf(pid: number): string {
  return `\0${textOf(`/proc/${pid}/environ`)}`;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

function namesIn(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive }).map(String);
  } catch {
    return [];
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}
