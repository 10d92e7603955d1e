import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Cluster } from './cluster.js';
import { errorCode } from './embedded-postgres.error.js';
import { startOf } from './process-start.js';

/**
 * What a holder is to the server: it uses it and restarts it when it dies, it only uses it, or it
 * is about to end it because it saw nobody else.
 */
type Role = 'supervises' | 'uses' | 'leaves';

interface Holder {
  readonly name: string;
  readonly role: string;
}

/** One use of a cluster's server, by a process that lives. */
export interface Hold {
  /** True for the first of those that supervise; the others wait until it is gone. */
  isFirst(): boolean;
  /** True while another process is about to end the server. */
  isEnding(): boolean;
  /**
   * Gives the use up, and ends the server when nobody else holds it. Whoever comes at that moment
   * sees `isEnding` and waits.
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
  const self = [Date.now(), process.pid, startOf(process.pid), random].join('.');
  const fileOf = (role: Role) => join(folder, `${self}.${role}`);
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
      // Said before it looks, as others are noted before they look: one of two sees the other.
      moveIfThere(file, fileOf('leaves'));
      try {
        if (others().every(({ role }) => role === 'leaves')) await end();
      } finally {
        rmSync(fileOf('leaves'), { force: true });
      }
    },
  };
}

/** Those that live, the first to come first; what the others left is removed. */
function holdersIn(folder: string): Holder[] {
  const living: Holder[] = [];
  for (const name of namesIn(folder).toSorted()) {
    const [, pid, start, , role = ''] = name.split('.');
    if (start === startOf(Number(pid))) living.push({ name, role });
    else rmSync(join(folder, name), { force: true });
  }
  return living;
}

// A folder that is gone was removed with the data; then nobody holds anything.
function namesIn(folder: string): string[] {
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
