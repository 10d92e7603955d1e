import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Database } from '../../../core/database/database.js';
import { DualIdError } from '../../../core/errors/dual-id-error.js';
import { problem } from '../../../core/errors/problem.js';
import { jittered } from '../../../core/pause/jittered.js';
import { LeaseRenewal } from '../../locks/lease-renewal.js';
import type { Holding } from './consumer-rows.js';
import { ConsumerRows } from './consumer-rows.js';
import type { FeedBatch, OffsetFeed } from './feed-batch.js';
import type { ConsumeOptions } from './follow.options.js';

/** Works off a batch; what it writes through `Database` commits together with the offset. */
export type BatchHandler = (batch: FeedBatch) => Promise<unknown>;

/** Who consumes, and how. */
export interface Consumer {
  readonly name: string;
  readonly handler: BatchHandler;
  readonly options: ConsumeOptions;
}

/** Milliseconds between two attempts to take a lease, or to reach a lost database. */
const firstAttemptPause = 50;
const maxAttemptPause = 1_000;

/** After these the work is done again from the stored offset, by whoever gets the lease. */
const passing: ReadonlySet<string> = new Set([
  'unavailable',
  'overloaded',
  'concurrent_change',
  'outcome_unknown',
  'lease_lost',
]);

/** One consumer of the feed in this process. */
export class FeedConsumer {
  readonly #rows: ConsumerRows;

  constructor(
    private readonly database: Database,
    private readonly feed: OffsetFeed,
    private readonly consumer: Consumer,
  ) {
    this.#rows = new ConsumerRows(database);
  }

  /** Runs until the signal is aborted or the handler fails. */
  async run(): Promise<void> {
    const { options } = this.consumer;
    const { signal } = options;
    let pause = firstAttemptPause;
    while (!options.signal?.aborted) {
      try {
        if (await this.#hold()) pause = firstAttemptPause;
      } catch (error) {
        if (!(error instanceof DualIdError) || !passing.has(error.code)) throw error;
        this.#warn(error, pause);
      }
      await sleep(jittered(pause), undefined, { signal }).catch(() => undefined);
      pause = Math.min(pause * 2, maxAttemptPause);
    }
  }

  /** Works under the lease; returns false if another process has it. */
  async #hold(): Promise<boolean> {
    const { lease = 15_000 } = this.consumer.options;
    const sentAt = performance.now();
    const taken = await this.#rows.take(this.consumer.name, lease);
    if (!taken) return false;
    const renewal = new LeaseRenewal(lease, () => this.#rows.renew(taken.holding, lease));
    renewal.start(sentAt);
    try {
      const offset = taken.offset ?? (await this.#begin(taken.holding));
      await this.#work(taken.holding, offset, renewal.signal);
    } finally {
      renewal.end();
      // A lease that cannot be released now expires on its own.
      await this.#rows.release(taken.holding).catch(() => undefined);
    }
    if (renewal.signal.aborted) throw renewal.signal.reason;
    return true;
  }

  /** A consumer without an offset begins with a snapshot, whose work it may do again. */
  async #begin(holding: Holding): Promise<string> {
    const { offset } = await this.feed.snapshot(async () => {
      await this.consumer.options.load?.();
      // What it wrote would stand beside what the next holder has loaded meanwhile.
      await this.#requireLease(holding);
    });
    await this.#store(holding, offset);
    return offset;
  }

  /** A process that stood still learns from the database first that another took its lease. */
  async #requireLease(holding: Holding): Promise<void> {
    const { lease = 15_000 } = this.consumer.options;
    const renewed = this.database.outside(() => this.#rows.renew(holding, lease));
    if (!(await renewed)) throw problem('lease_lost');
  }

  async #work(holding: Holding, offset: string, lost: AbortSignal): Promise<void> {
    const { signal } = this.consumer.options;
    const ended = signal ? AbortSignal.any([signal, lost]) : lost;
    const options = { ...this.consumer.options, signal: ended };
    for await (const batch of this.feed.follow(offset, options)) {
      await this.database.transaction(async () => {
        if (batch.changes.length > 0) await this.consumer.handler(batch);
        await this.#store(holding, batch.offset);
      });
    }
  }

  async #store(holding: Holding, offset: string): Promise<void> {
    if (!(await this.#rows.store(holding, offset))) throw problem('lease_lost');
  }

  /** One line for each outage, when it has lasted a while. */
  #warn({ message }: Error, pause: number): void {
    if (pause < maxAttemptPause / 2 || pause >= maxAttemptPause) return;
    new Logger('DualId').warn(
      `The feed's consumer ${this.consumer.name} stands still and is tried again. ${message}`,
    );
  }
}
