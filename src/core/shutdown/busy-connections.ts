import type { Pool, PoolClient } from 'pg';

/**
 * Knows who holds a pool's connections. A pool ends when all its connections are returned; one
 * whose statement waits for a lock, or whose owner is stuck, would never be.
 */
export class BusyConnections {
  readonly #busy = new Set<PoolClient>();

  constructor(pools: readonly Pool[]) {
    for (const pool of pools) {
      pool.on('acquire', (client) => void this.#busy.add(client));
      pool.on('release', (_error, client) => void this.#busy.delete(client));
    }
  }

  /**
   * Gives the owners the grace period, then ends the connections they hold, and waits for the
   * settling period. Returns how many connections were ended.
   */
  async end(grace: number, settling: number): Promise<number> {
    await this.#returned(grace);
    const count = this.#busy.size;
    for (const client of this.#busy) endNow(client);
    await this.#returned(settling);
    // The owner waits for something else; the pool need not wait for the owner.
    for (const client of this.#busy) takeBack(client);
    return count;
  }

  async #returned(milliseconds: number): Promise<void> {
    const end = performance.now() + milliseconds;
    while (this.#busy.size > 0 && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The driver destroys the connection of a running statement, which then fails. */
function endNow(client: PoolClient): void {
  (client as unknown as { end(): Promise<void> }).end().catch(() => undefined);
}

function takeBack(client: PoolClient): void {
  try {
    client.release(true);
  } catch {
    // It was returned in the meantime.
  }
}
