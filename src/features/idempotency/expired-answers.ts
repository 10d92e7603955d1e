import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';

/** Milliseconds between two runs. */
const sweepMilliseconds = 5 * 60_000;
/** The maximum number of responses removed per statement. */
const batch = 1_000;

/**
 * Removes responses older than 24 hours: every instance runs it at its start and then every five
 * minutes, whether requests come or not. Concurrent runs share the work.
 */
@Injectable()
export class ExpiredAnswers implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(@Inject(Database) private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.lookEvery(sweepMilliseconds);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  /** Runs now, and then each time this many milliseconds have passed. */
  lookEvery(milliseconds: number): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#look(), milliseconds).unref();
    this.#look();
  }

  #look(): void {
    this.#looking ??= this.#remove().finally(() => (this.#looking = undefined));
  }

  async #remove(): Promise<void> {
    try {
      while (this.#timer && (await this.database.execute(removeExpired)) === batch);
      this.#isFailing = false;
    } catch (error) {
      this.#warn(error as Error);
    }
  }

  /** An unavailable or read-only database is logged once. */
  #warn({ message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `Expired responses to requests with an Idempotency-Key could not be removed; it is tried again every five minutes. ${message}`,
    );
  }
}

const removeExpired = statement(
  `DELETE FROM dual_id.idempotency_keys WHERE ctid IN (
     SELECT ctid FROM dual_id.idempotency_keys
     WHERE created_at <= now() - interval '24 hours' LIMIT ${batch} FOR UPDATE SKIP LOCKED)`,
);
