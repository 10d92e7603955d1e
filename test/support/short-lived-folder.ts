import { chmodSync, mkdtempSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';
const roomBytes = 4e9;

/**
 * Makes a folder for the data of a server that lasts for one run: in memory where Linux has plenty,
 * as the hundreds of databases of a run are a hundred thousand files that are made and removed.
 */
export function shortLivedFolder(): string {
  const folder = mkdtempSync(join(hasRoom() ? inMemory : tmpdir(), 'dual-id-test-server-'));
  // The server of a run as root belongs to another user, who has to get in.
  chmodSync(folder, 0o755);
  return folder;
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(inMemory);
    return Math.min(bavail * bsize, freemem() / 2) > roomBytes;
  } catch {
    return false;
  }
}
