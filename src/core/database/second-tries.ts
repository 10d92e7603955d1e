import type { Use } from '../data-source/lanes.js';
import type { Database } from './database.js';
import { overloaded } from './overloaded.js';

/**
 * Retries tasks that a time limit ended together. It is unknown which of them was too slow, so they
 * run one at a time, and only while a place is free: all at once they would worsen the overload
 * that may have caused the timeout. A task that waits longer than callers wait for a connection is
 * refused as `overloaded`.
 */
export class SecondTries {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly use: Use,
  ) {}

  /** Runs one task in its turn, in its caller's async context. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isRefused = false;
      const refuse = () => {
        isRefused = true;
        reject(overloaded());
      };
      const { acquire } = this.database.limits;
      const timer = acquire > 0 ? setTimeout(refuse, acquire) : undefined;
      const turn = async () => {
        clearTimeout(timer);
        if (isRefused) return;
        if (!this.database.hasRoom(this.use)) return refuse();
        // Work that throws before it returns a promise fails alone as well.
        const run = async () => work();
        await run().then(resolve, reject);
      };
      this.#last = this.#last.then(turn);
    });
  }
}
