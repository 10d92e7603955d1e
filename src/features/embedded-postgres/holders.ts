import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Cluster } from './cluster.js';
import { errorCode } from './embedded-postgres.error.js';
import { processStart } from './process-start.js';

/**
 * What a holder does with the server: use it and restart it if it dies, only use it, or stop it
 * because there were no other holders.
 */
type HolderRole = 'supervises' | 'uses' | 'leaves';

interface Holder {
  readonly name: string;
  readonly role: string;
}

/** One use of a cluster's server, by a living process. */
export interface Hold {
  /** Whether it is the first of those that supervise; the others wait until it is gone. */
  isFirst(): boolean;
  /** Whether another process is about to stop the server. */
  isEnding(): boolean;
  /**
   * Gives up the use, and stops the server if there are no other holders. A process that starts at
   * that moment sees `isEnding` and waits.
   */
  release(end: () => Promise<void>): Promise<void>;
}

/**
 * Notes in the cluster's folder that this process uses the server. Everything is in the name of an
 * empty file, so that it can be written on a full disk and changed in one step.
 */
export function hold(cluster: Cluster, supervises: boolean): Hold {
  const folder = join(cluster.folder, 'holders');
  mkdirSync(folder, { recursive: true });
  const random = randomBytes(6).toString('hex');
  const self = [Date.now(), process.pid, processStart(process.pid), random].join('.');
  const fileOf = (role: HolderRole) => join(folder, `${self}.${role}`);
  const file = fileOf(supervises ? 'supervises' : 'uses');
  writeFileSync(file, '');
  const others = () => holdersIn(folder).filter(({ name }) => !name.startsWith(`${self}.`));
  return {
    isFirst() {
      const first = holdersIn(folder).find(({ role }) => role === 'supervises');
      return first === undefined || join(folder, first.name) === file;
    },
    isEnding: () => others().some(({ role }) => role === 'leaves'),
    async release(end) {
      // Announced before it looks, as others are noted before they look: one of two sees the other.
      moveIfThere(file, fileOf('leaves'));
      try {
        if (others().every(({ role }) => role === 'leaves')) await end();
      } finally {
        rmSync(fileOf('leaves'), { force: true });
      }
    },
  };
}

/** The living holders, earliest first; files of the others are removed. */
function holdersIn(folder: string): Holder[] {
  const living: Holder[] = [];
  for (const name of fileNamesIn(folder).toSorted()) {
    const [, pid, start, , role = ''] = name.split('.');
    if (start === processStart(Number(pid))) living.push({ name, role });
    else rmSync(join(folder, name), { force: true });
  }
  return living;
}

// A missing folder was removed with the data; then there are no holders.
function fileNamesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
