import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from './run-options.js';
import type { ConversionSession } from './session.js';

const lagPause = 1_000;

/** What a batch has done. */
export interface BatchResult {
  readonly rows: number;
  readonly seconds: number;
  /** Most rows a second for now, or null. */
  readonly rate: number | null;
}

interface Load {
  readonly wal: number;
  readonly waiting: number;
  readonly lag: number;
}

/** Keeps a backfill out of the way of everybody else. */
export class Throttle {
  #wal: number | undefined;

  constructor(private readonly options: RunOptions) {}

  /** Waits as long as the last batch was too much; returns whether others waited for its locks. */
  async after(session: ConversionSession, { rows, seconds, rate }: BatchResult): Promise<boolean> {
    const load = await this.#look(session);
    const wal = load.wal - (this.#wal ?? load.wal);
    this.#wal = load.wal;
    const limit = Math.min(rate ?? Infinity, this.options.rate);
    const due = Math.max(rows / limit, wal / this.options.maxWal);
    if (due > seconds)
      await sleep((due - seconds) * 1_000, undefined, { signal: this.options.signal });
    await this.#untilReplicasFollow(session, load.lag);
    return load.waiting > 0;
  }

  async #untilReplicasFollow(session: ConversionSession, first: number): Promise<void> {
    const { maxReplicaLag, log, signal } = this.options;
    let lag = first;
    if (lag > maxReplicaLag) log(`A replica is ${lag.toFixed(0)} s behind; the backfill waits.`);
    while (lag > maxReplicaLag) {
      await sleep(lagPause, undefined, { signal });
      lag = (await this.#look(session)).lag;
    }
  }

  async #look(session: ConversionSession): Promise<Load> {
    const [load] = await session.rows<Load>(
      `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS wal,
         (SELECT count(*)::int FROM pg_stat_activity a WHERE a.wait_event_type = 'Lock'
           AND $1 = ANY (pg_blocking_pids(a.pid))) AS waiting,
         (SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::float8
           FROM pg_stat_replication) AS lag`,
      [session.pid],
    );
    return load!;
  }
}
