import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../../core/database/database.js';
import { statement } from '../../core/database/statement.js';

/** Milliseconds between two looks. */
const interval = 5 * 60_000;
/** Answers that one statement removes. */
const batch = 1_000;

/**
 * Removes answers that are older than 24 hours: every instance looks when it starts and every five
 * minutes, whether requests come or not. Two that look at once share the work.
 */
@Injectable()
export class ExpiredAnswers implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(@Inject(Database) private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.lookEvery(interval);
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#looking;
  }

  /** Looks now, and then each time so many milliseconds have passed. */
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
      while (this.#timer && (await this.database.execute(remove)) === batch);
      this.#isFailing = false;
    } catch (error) {
      this.#warn(error as Error);
    }
  }

  /** A database that is away, or only reads, is told of once. */
  #warn({ message }: Error): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    new Logger('DualId').warn(
      `Expired answers to requests with an Idempotency-Key were not removed, which is tried again every five minutes. ${message}`,
    );
  }
}

const remove = statement(
  `DELETE FROM dual_id.idempotency_keys WHERE ctid IN (
     SELECT ctid FROM dual_id.idempotency_keys
     WHERE created_at <= now() - interval '24 hours' LIMIT ${batch} FOR UPDATE SKIP LOCKED)`,
);
