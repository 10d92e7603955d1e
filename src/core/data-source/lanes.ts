import { problem } from '../errors/problem.js';

/**
 * The purpose of a connection. Each use has its own lane through the pool, so that work which waits
 * for locks, or takes long, leaves connections to the others.
 */
export type Use = 'read' | 'write' | 'search' | 'background';

/** How many connections each use may hold at once. */
export type LaneSizes = Readonly<Record<Use, number>>;

/** The minimum size at which a pool can be divided so that reads always find a connection. */
const divisible = 5;

/** The lanes of a pool: half for writes, a quarter for searches, a tenth for the background. */
export function laneSizes(connections: number, chosen: Partial<LaneSizes> = {}): LaneSizes {
  const share = (part: number) => Math.max(1, Math.floor(connections * part));
  for (const [name, size] of Object.entries(chosen)) {
    if (Number.isInteger(size) && size >= 1) continue;
    throw problem('setup_refused', {
      detail: `The lane ${name} has ${String(size)} connections, not a whole number of 1 or more.`,
    });
  }
  const isDivisible = connections >= divisible;
  return {
    read: Math.max(1, connections - (isDivisible ? 2 : 0)),
    write: isDivisible ? share(1 / 2) : Math.max(1, connections - 1),
    search: share(1 / 4),
    background: share(1 / 10),
    ...chosen,
  };
}
