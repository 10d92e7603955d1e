import type { EntityManager, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';

/** Isolation levels of PostgreSQL. */
export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

/** One running transaction: its connection and what happens once it is committed. */
export class Transaction {
  readonly #afterCommit: (() => void)[] = [];
  #open = true;

  constructor(
    private readonly runner: QueryRunner,
    private readonly connection: PoolClient,
  ) {}

  static async begin(runner: QueryRunner, isolation?: Isolation): Promise<Transaction> {
    const connection = (await runner.connect()) as PoolClient;
    await runner.startTransaction(isolation);
    return new Transaction(runner, connection);
  }

  /** The connection; refused once the transaction has ended, when a promise was not awaited. */
  get client(): PoolClient {
    if (!this.#open) {
      throw problem('setup_refused', {
        detail: 'A statement came after its transaction had ended; a promise was not awaited.',
      });
    }
    return this.connection;
  }

  get manager(): EntityManager {
    return this.runner.manager;
  }

  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
  }

  async commit(): Promise<void> {
    // PostgreSQL answers COMMIT of a failed transaction with a silent rollback.
    if (this.connection.getTransactionStatus() === 'E') {
      throw problem('internal', {
        detail: 'A statement of the transaction failed and its error was swallowed.',
      });
    }
    await this.runner.commitTransaction();
    this.#open = false;
    for (const callback of this.#afterCommit) callback();
  }

  async rollback(): Promise<void> {
    this.#open = false;
    if (this.runner.isTransactionActive) await this.runner.rollbackTransaction();
  }

  /** Runs work behind a savepoint: when it fails, only its own changes are undone. */
  async nested<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    await this.runner.startTransaction();
    try {
      const result = await work(this.runner.manager);
      await this.runner.commitTransaction();
      return result;
    } catch (error) {
      await this.runner.rollbackTransaction();
      throw error;
    }
  }

  async release(): Promise<void> {
    await this.runner.release();
  }
}
