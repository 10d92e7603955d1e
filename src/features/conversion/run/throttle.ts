import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from './run-options.js';
import type { ConversionSession } from './session.js';

const lagPause = 1_000;

/** What a batch has done. */
export interface BatchResult {
  readonly rows: number;
  readonly seconds: number;
  /** Most rows a second for now. */
  readonly rate: number;
  /** Bytes of WAL in total. */
  readonly wal: number;
}

/** Keeps a backfill out of the way of everybody else. */
export class Throttle {
  #wal: number | undefined;
  #looked = 0;

  constructor(private readonly options: RunOptions) {}

  /** Waits as long as the last batch was too much, and until replicas have followed. */
  async after(session: ConversionSession, batch: BatchResult): Promise<void> {
    const { rows, seconds, rate } = batch;
    const wal = batch.wal - (this.#wal ?? batch.wal);
    this.#wal = batch.wal;
    const due = Math.max(rows / rate, wal / this.options.maxWal);
    const { signal } = this.options;
    if (due > seconds) await sleep((due - seconds) * 1_000, undefined, { signal });
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
