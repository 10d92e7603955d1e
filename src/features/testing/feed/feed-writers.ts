import { setTimeout as sleep } from 'node:timers/promises';
import type { ListStore, ListTransaction } from './checked-feed.js';

/** When the transaction of a number began, at the earliest, and committed, at the latest. */
export interface WrittenValue {
  readonly begunAt: number;
  readonly committedAt: number;
}

/** How many writers, how many transactions, and their length in milliseconds. */
export interface WritingPlan {
  readonly count: number;
  readonly transactions: number;
  readonly length: number;
}

/** Appends numbers, each of them once, in transactions of random lengths. */
export class FeedWriters {
  readonly written = new Map<number, WrittenValue>();
  #value = 0;
  #begun = 0;

  constructor(
    private readonly store: ListStore,
    private readonly plan: WritingPlan,
  ) {}

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.plan.count }, () => this.#write()));
  }

  /** Begins no more transactions. */
  stop(): void {
    this.#begun = this.plan.transactions;
  }

  /** Appends a last number to every list, and returns these numbers. */
  async mark(): Promise<ReadonlySet<number>> {
    const values = this.store.records.map((record) => ({ record, value: (this.#value += 1) }));
    const begunAt = performance.now();
    const transaction = await this.store.begin();
    for (const { record, value } of values) await transaction.append(record, value);
    await transaction.commit();
    for (const { value } of values) this.#note(value, begunAt);
    return new Set(values.map(({ value }) => value));
  }

  async #write(): Promise<void> {
    while (this.#begun < this.plan.transactions) {
      this.#begun += 1;
      const begunAt = performance.now();
      const transaction = await this.store.begin();
      const values = await this.#append(transaction);
      if (Math.random() < 0.1) {
        await transaction.rollback();
        continue;
      }
      await transaction.commit();
      for (const value of values) this.#note(value, begunAt);
    }
  }

  /** Every transaction takes the records in one order, so that none waits for another in a circle. */
  async #append(transaction: ListTransaction): Promise<readonly number[]> {
    const { records } = this.store;
    const count = 1 + Math.floor(Math.random() * 4);
    const chosen = new Set(Array.from({ length: count }, () => someOf(records)));
    const values: number[] = [];
    for (const record of records.filter((one) => chosen.has(one))) {
      const value = (this.#value += 1);
      await transaction.append(record, value);
      values.push(value);
      await this.#pause();
    }
    return values;
  }

  #pause(): Promise<void> {
    const { length } = this.plan;
    return sleep(Math.random() * (Math.random() < 0.1 ? length * 10 : length) * 0.5);
  }

  #note(value: number, begunAt: number): void {
    this.written.set(value, { begunAt, committedAt: performance.now() });
  }
}

function someOf<T>(items: readonly T[]): T {
  return items[Math.floor(Math.random() * items.length)]!;
}
