import type { PoolClient } from 'pg';
import type { Settings } from './settings.js';
import { setLocally } from './settings.js';
import { isStamped } from './write-stamp.js';

/**
 * The stamp that a transaction has now. Writes with the same stamp run side by side; one with
 * another waits until they are done, so that no write runs under somebody else's.
 */
export class ConnectionStamp {
  /** Undefined where it is not known. */
  #current: string | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** A part of a transaction begins with the stamp that the whole has. */
  constructor(
    private readonly connection: Pick<PoolClient, 'query'>,
    outer: ConnectionStamp | undefined,
  ) {
    this.#current = outer ? outer.#current : unstamped;
  }

  /** What a part has set stays set once it is kept. */
  keep(part: ConnectionStamp): void {
    this.#current = part.#current;
  }

  /** Runs a write under a stamp, or a statement that needs none. */
  async run<T>({ stamp, text }: StampedStatement, write: () => Promise<T>): Promise<T> {
    if (undoesSettings.test(text)) this.#current = undefined;
    if (stamp === undefined) return write();
    const key = isStamped(stamp) ? JSON.stringify(stamp) : unstamped;
    while (this.#running > 0 && this.#current !== key) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      if (this.#current !== key) {
        // Noted first: whoever comes next queues behind the setting.
        this.#current = key;
        await setLocally(this.connection, stamp);
      }
      return await write();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }
}

const unstamped = '';

/** A savepoint of the application's own SQL takes the settings since then with it. */
const undoesSettings = /\bROLLBACK\s+(?:(?:WORK|TRANSACTION)\s+)?TO\b/i;

interface StampedStatement {
  readonly stamp: Settings | undefined;
  readonly text: string;
}
