import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HistoryOptions } from '../history.options.js';
import { HISTORY_OPTIONS } from '../history.options.js';
import { ChangeFeed } from './change-feed.js';
import { requireFeedHealth } from './feed-health.options.js';

/** How the feed is, as the last look found it. */
export interface FeedState {
  /** `degraded` while a transaction holds the feed back for longer than the limit. */
  readonly status: 'ok' | 'degraded';
  /** Whole seconds for which the oldest open transaction has been holding the feed back. */
  readonly horizonAge: number;
}

/**
 * Whether an open transaction holds the feed back for too long, for a health check. That is a
 * warning and no outage: the application serves, and only what follows the feed falls behind. The
 * database is asked now and then in the background, so that a check costs nothing and waits for
 * nobody. A line is logged when the feed becomes degraded, and another when it is well again.
 */
@Injectable()
export class FeedHealth implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('DualId');
  readonly #maxAge: number;
  readonly #interval: number;
  #state: FeedState = { status: 'ok', horizonAge: 0 };
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    @Inject(ChangeFeed) private readonly feed: ChangeFeed,
    @Inject(HISTORY_OPTIONS) { feed: options = {} }: HistoryOptions,
  ) {
    const { maxHorizonAge = 300, lookEvery = 10_000 } = options;
    requireFeedHealth({ maxHorizonAge, lookEvery });
    this.#maxAge = maxHorizonAge;
    this.#interval = lookEvery;
  }

  /** Returns what the last look found; `ok` before the first one. */
  check(): FeedState {
    return this.#state;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.#look(), this.#interval).unref();
    this.#look();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #look(): void {
    this.#looking ??= this.#update().finally(() => (this.#looking = undefined));
  }

  async #update(): Promise<void> {
    let age: number;
    try {
      age = await this.feed.horizonAge();
    } catch {
      // A database that cannot be asked is reported by `Readiness`; the next look comes soon.
      return;
    }
    const status = age > this.#maxAge ? 'degraded' : 'ok';
    if (status !== this.#state.status) this.#report(status, age);
    this.#state = { status, horizonAge: Math.floor(age) };
  }

  #report(status: FeedState['status'], age: number): void {
    this.#logger.warn(
      status === 'ok'
        ? 'The feed of changes is no longer held back.'
        : `An open transaction has been holding the feed of changes back for ${Math.floor(age)} seconds. ` +
            'End it: pg_stat_activity and pg_prepared_xacts name it.',
    );
  }
}
