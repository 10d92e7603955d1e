import { onBehalfOfNobody } from '../database/caller.js';
import type { Database } from '../database/database.js';
import type { SharedFailure } from '../database/shared-failure.js';
import { sharedFailureOf } from '../database/shared-failure.js';
import { SecondTries } from '../database/second-tries.js';
import { BoundedCache } from '../cache/bounded-cache.js';

/**
 * The maximum number of rows or pages read in one statement: while the server looks up some, this
 * process reads and responds to the requests for others.
 */
export const maxBatch = 16;

/** How many keys that failed on their own are remembered, and for how many milliseconds. */
const suspected = { max: 1_000, milliseconds: 60_000 };

interface WaitingCaller<V> {
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

type WaitingByKey<V> = ReadonlyMap<string, readonly WaitingCaller<V>[]>;

/**
 * Gathers lookups that arrive in the same turn of the event loop into one statement. A single
 * lookup waits only for the end of the turn; equal keys share one row. When one row makes a
 * statement fail, each of its keys is read alone, one after another, and those that fail again are
 * read alone for a minute. After a time limit this continues only while places are free.
 */
export class Coalescer<V> {
  #waiting = new Map<string, WaitingCaller<V>[]>();
  readonly #suspects = new BoundedCache<true>(suspected.max, suspected.milliseconds);
  readonly #secondTries: SecondTries;
  readonly #max: number;

  /** `load` returns the values of the keys it finds; a key without a value does not exist. */
  constructor(
    private readonly database: Database,
    private readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
    { max = 1_000 }: { readonly max?: number } = {},
  ) {
    this.#secondTries = new SecondTries(database, 'read');
    this.#max = max;
  }

  get(key: string): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) setImmediate(() => onBehalfOfNobody(() => this.#flush()));
      const waiting = this.#waiting.get(key);
      if (waiting) waiting.push({ resolve, reject });
      else this.#waiting.set(key, [{ resolve, reject }]);
      if (this.#waiting.size >= this.#max) onBehalfOfNobody(() => this.#flush());
    });
  }

  /** A key that failed on its own is read on its own, whoever asks for it. */
  #flush(): void {
    if (this.#waiting.size === 0) return;
    const batch = this.#waiting;
    this.#waiting = new Map();
    for (const [key, waiting] of batch) {
      if (!this.#suspects.get(key)) continue;
      batch.delete(key);
      void this.#settle(new Map([[key, waiting]]));
    }
    if (batch.size > 0) void this.#settle(batch);
  }

  async #settle(batch: WaitingByKey<V>): Promise<void> {
    this.#count(batch);
    const error = await this.#tryOnce(batch, () => this.load([...batch.keys()]));
    if (error === undefined) return;
    const failure = this.#failureOf(error);
    if (batch.size > 1 && failure === 'timeout') return this.#settleInTurn(batch);
    if (batch.size > 1 && failure === 'member') return this.#settleEach(batch);
    if (failure !== 'all') this.#suspect(batch);
    this.#fail(batch, error);
  }

  /** Reads the keys one after another, until one fails with an error that all would share. */
  async #settleEach(batch: WaitingByKey<V>): Promise<void> {
    let ofAll: unknown;
    for (const part of singleKeys(batch)) {
      const error = ofAll ?? (await this.#tryOnce(part, () => this.load([...part.keys()])));
      if (error === undefined) continue;
      if (this.#failureOf(error) === 'all') ofAll = error;
      else this.#suspect(part);
      this.#fail(part, error);
    }
  }

  #settleInTurn(batch: WaitingByKey<V>): void {
    for (const part of singleKeys(batch)) {
      const load = () => this.#secondTries.run(() => this.load([...part.keys()]));
      void this.#tryOnce(part, load).then((error) => {
        if (error === undefined) return;
        if (this.#failureOf(error) !== 'all') this.#suspect(part);
        this.#fail(part, error);
      });
    }
  }

  /** Hands out what was found, or returns the error. */
  async #tryOnce(
    batch: WaitingByKey<V>,
    load: () => Promise<ReadonlyMap<string, V>>,
  ): Promise<unknown> {
    try {
      const found = await load();
      for (const [key, waiting] of batch)
        for (const { resolve } of waiting) resolve(found.get(key));
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #failureOf(error: unknown): SharedFailure {
    return sharedFailureOf(error, this.database.settings, 'read');
  }

  #count(batch: WaitingByKey<V>): void {
    let callers = 0;
    for (const waiting of batch.values()) callers += waiting.length;
    this.database.counters.add('batches');
    this.database.counters.add('batchedReads', callers);
  }

  #suspect(part: WaitingByKey<V>): void {
    for (const key of part.keys()) this.#suspects.set(key, true);
  }

  #fail(batch: WaitingByKey<V>, error: unknown): void {
    for (const waiting of batch.values()) for (const { reject } of waiting) reject(error);
  }
}

/** Splits a batch by key, each with all of its callers. */
function singleKeys<V>(batch: WaitingByKey<V>): WaitingByKey<V>[] {
  return [...batch].map((entry) => new Map([entry]));
}
