import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from './run-options.js';
import type { ConversionSession } from './session.js';

const lagPause = 1_000;
/** A rate that changes takes effect within this time. */
const longestSleep = 1_000;

/** What a batch has done. */
export interface BatchResult {
  readonly rows: number;
  readonly seconds: number;
  /** Most rows a second for now. */
  readonly rate: number;
  /** Bytes of WAL that the server has written meanwhile. */
  readonly wal: number;
}

/** Keeps a backfill out of the way of everybody else. */
export class Throttle {
  #looked = 0;

  constructor(private readonly options: RunOptions) {}

  /**
   * Waits as long as the last batch was too much, and until replicas have followed. `rateNow` reads
   * what the rate has become meanwhile.
   */
  async after(
    session: ConversionSession,
    { rows, seconds, rate, wal }: BatchResult,
    rateNow: () => Promise<number>,
  ): Promise<void> {
    const began = performance.now() - seconds * 1_000;
    const { signal, maxWal } = this.options;
    for (let limit = rate; ; limit = await rateNow()) {
      const due = began + Math.max(rows / limit, wal / maxWal) * 1_000;
      const left = due - performance.now();
      if (left <= 0) break;
      await sleep(Math.min(left, longestSleep), undefined, { signal });
      if (left <= longestSleep) break;
    }
    if (performance.now() - this.#looked < lagPause) return;
    await this.#untilReplicasFollow(session);
    this.#looked = performance.now();
  }

  async #untilReplicasFollow(session: ConversionSession): Promise<void> {
    const { maxReplicaLag, log, signal } = this.options;
    for (let hasTold = false; ; hasTold = true) {
      const lag = await replicaLag(session);
      if (lag <= maxReplicaLag) return;
      if (!hasTold) log(`A replica is ${lag.toFixed(0)} s behind; the backfill waits.`);
      await sleep(lagPause, undefined, { signal });
    }
  }
}

async function replicaLag(session: ConversionSession): Promise<number> {
  const [row] = await session.rows<{ lag: number }>(
    `SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 AS lag
     FROM pg_stat_replication`,
  );
  return row!.lag;
}
