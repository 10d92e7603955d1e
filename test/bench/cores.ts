import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * The cores of a server under measurement, and those of the load it is measured with; the database
 * goes where the scheduler puts it. Without this the load generator is moved onto the core of the
 * server while another is idle, and such choices differ more than what is compared.
 */
const half = Math.floor(availableParallelism() / 2);
const serverCores = `0-${half - 1}`;
const otherCores = `${half}-${availableParallelism() - 1}`;

/** Processes can be kept to cores with taskset of Linux, and with two cores or more. */
const hasCores = half > 0 && process.platform === 'linux' && isInstalled();

/** Keeps this process, and the load that it starts from now on, off the cores of the servers. */
export function leaveServerCores(): void {
  if (hasCores) execFileSync('taskset', ['-acp', otherCores, String(process.pid)]);
}

/** How to start Node on the cores of the servers. */
export function nodeOnServerCores(): { execPath?: string; execArgv?: string[] } {
  if (!hasCores) return {};
  return { execPath: 'taskset', execArgv: ['-c', serverCores, process.execPath] };
}

function isInstalled(): boolean {
  try {
    execFileSync('taskset', ['--version']);
    return true;
  } catch {
    return false;
  }
}
