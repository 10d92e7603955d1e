import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

import type { Cluster } from './cluster.js';

// `state` follows the system identifier and two version numbers, in every version so far.
const STATE_OFFSET = 16;
const SHUT_DOWN = 1;

/**
 * Whether the cluster was shut down in order, on request, rather than died: PostgreSQL notes it in
 * `pg_control` as its last step.
 */
export function wasShutDown(cluster: Cluster): boolean {
  const state = Buffer.alloc(4);
  try {
    const fd = openSync(join(cluster.data, 'global', 'pg_control'), 'r');
    try {
      readSync(fd, state, 0, state.length, STATE_OFFSET);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
  return state.readUInt32LE() === SHUT_DOWN;
}
