import { onBehalfOfNobody } from '../database/caller.js';

/** The maximum number of keys in one statement, unless it is told otherwise. */
const maxBatch = 1000;

interface Waiting<V> {
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers look-ups that arrive in the same turn of the event loop into one statement. A lonely
 * look-up waits for the end of the turn and no longer; equal keys share one row.
 */
export class Coalescer<V> {
  #waiting = new Map<string, Waiting<V>[]>();

  /** `load` answers the values of the keys it finds; a key without a value does not exist. */
  constructor(
    private readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
    private readonly max = maxBatch,
  ) {}

  get(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) setImmediate(() => onBehalfOfNobody(() => this.#flush()));
      const waiting = this.#waiting.get(key);
      if (waiting) waiting.push({ resolve, reject });
      else this.#waiting.set(key, [{ resolve, reject }]);
      if (this.#waiting.size >= this.max) onBehalfOfNobody(() => this.#flush());
    });
  }

  #flush(): void {
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting;
    this.#waiting = new Map();
    void this.#settle(batch);
  }

  async #settle(batch: ReadonlyMap<string, readonly Waiting<V>[]>): Promise<void> {
    try {
      const found = await this.load([...batch.keys()]);
      for (const [key, waiting] of batch) {
        for (const { resolve } of waiting) resolve(found.get(key));
      }
    } catch (error) {
      for (const waiting of batch.values()) for (const { reject } of waiting) reject(error);
    }
  }
}
