import { Logger } from '@nestjs/common';
import type { EntityManager, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';

/** Isolation levels of PostgreSQL. */
export type Isolation = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

const fromWeakToStrong: readonly Isolation[] = [
  'READ COMMITTED',
  'REPEATABLE READ',
  'SERIALIZABLE',
];

/** A running transaction: its connection, and what happens once it is committed. */
interface Running {
  readonly runner: QueryRunner;
  readonly connection: PoolClient;
  readonly isolation: Isolation;
}

/** One running transaction, or the part of one behind a savepoint. */
export class Transaction {
  readonly #afterCommit: (() => void)[] = [];
  /** The part behind a savepoint that runs now or ran last, settled without an error. */
  #part: Promise<void> = Promise.resolve();
  #parts = 0;
  #open = true;

  private constructor(
    private readonly running: Running,
    private readonly outer?: Transaction,
  ) {}

  static async begin(
    runner: QueryRunner,
    isolation: Isolation | undefined,
    usual: Isolation = 'READ COMMITTED',
  ): Promise<Transaction> {
    const connection = (await runner.connect()) as PoolClient;
    await runner.startTransaction(isolation);
    return new Transaction({ runner, connection, isolation: isolation ?? usual });
  }

  /** The connection; refused once the transaction has ended, when a promise was not awaited. */
  get client(): PoolClient {
    this.#requireOpen();
    return this.running.connection;
  }

  get manager(): EntityManager {
    this.#requireOpen();
    return this.running.runner.manager;
  }

  /** True when the server or the network ended the connection under the transaction. */
  get isLost(): boolean {
    return this.running.runner.isReleased;
  }

  afterCommit(callback: () => void): void {
    this.#afterCommit.push(callback);
  }

  async commit(): Promise<void> {
    await this.#close();
    await this.running.runner.commitTransaction();
    for (const callback of this.#afterCommit) callSafely(callback);
  }

  /** Undoes everything. On a lost connection the server has done so already. */
  async rollback(): Promise<void> {
    this.#open = false;
    const { runner, connection } = this.running;
    try {
      while (runner.isTransactionActive) await runner.rollbackTransaction();
    } catch {
      // Nobody knows what state the connection is in, so the pool must not hand it out again.
      await (connection as unknown as { end(): Promise<void> }).end().catch(() => undefined);
    }
  }

  /**
   * Runs work behind a savepoint: when it fails, only its own changes are undone. Savepoints of
   * one connection nest, so parts that were started side by side run one after another.
   */
  nested<T>(work: (part: Transaction) => Promise<T>, isolation?: Isolation): Promise<T> {
    this.#requireIsolation(isolation);
    this.#parts += 1;
    const result = this.#part.then(() => this.#behindSavepoint(work));
    this.#part = result.then(
      () => this.#endPart(),
      () => this.#endPart(),
    );
    return result;
  }

  async release(): Promise<void> {
    await this.running.runner.release();
  }

  async #behindSavepoint<T>(work: (part: Transaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const { runner } = this.running;
    const part = new Transaction(this.running, this);
    await runner.startTransaction();
    try {
      const result = await work(part);
      await part.#close();
      await runner.commitTransaction();
      this.#afterCommit.push(...part.#afterCommit);
      return result;
    } catch (error) {
      part.#open = false;
      // Without the connection, or once the whole has ended, the savepoint is gone as well.
      if (this.#isOpen && !runner.isReleased) await runner.rollbackTransaction();
      throw error;
    }
  }

  get #isOpen(): boolean {
    return this.#open && (this.outer === undefined || this.outer.#isOpen);
  }

  #endPart(): void {
    this.#parts -= 1;
  }

  #requireOpen(): void {
    if (!this.#isOpen) {
      throw problem('setup_refused', {
        detail: 'A statement came after its transaction had ended; a promise was not awaited.',
      });
    }
    if (this.running.runner.isReleased) throw problem('unavailable');
  }

  /** Takes no more statements, and refuses to commit what nobody knows the state of. */
  async #close(): Promise<void> {
    this.#requireOpen();
    if (this.#parts > 0) {
      throw problem('setup_refused', {
        detail: 'A nested transaction was still running; its promise was not awaited.',
      });
    }
    this.#open = false;
    // PostgreSQL answers COMMIT of a failed transaction with a silent rollback.
    if (await this.#hasFailed()) {
      throw problem('internal', {
        detail: 'A statement of the transaction failed and its error was swallowed.',
      });
    }
  }

  async #hasFailed(): Promise<boolean> {
    const { connection } = this.running;
    // The driver passes an error on before it learns what the error did to the transaction.
    const isSettled = (connection as { readyForQuery?: boolean }).readyForQuery === true;
    if (!isSettled) await connection.query('');
    return connection.getTransactionStatus() === 'E';
  }

  #requireIsolation(wanted: Isolation = 'READ COMMITTED'): void {
    const { isolation } = this.running;
    if (fromWeakToStrong.indexOf(wanted) <= fromWeakToStrong.indexOf(isolation)) return;
    throw problem('setup_refused', {
      detail: `A nested transaction asks for ${wanted}, but the outer one runs at ${isolation}.`,
    });
  }
}

/** What is committed stays committed, whatever a callback does. */
function callSafely(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    new Logger('DualId').error('A callback after commit failed.', (error as Error).stack);
  }
}
