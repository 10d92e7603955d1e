import type { EntityManager, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';
import type { Loss } from './driver-connection.js';
import { depthOf, drop, isIdle, limitingQueries, whenLost } from './driver-connection.js';
import type { BeginOptions, Running } from './begin-options.js';
import { callSafely } from './call-safely.js';
import { causeOf, lossOf, ofConnection } from './connection-loss.js';
import type { Isolation } from './isolation.js';
import { requireIsolation } from './isolation.js';
import { asOwnStatement, takeTurns } from './own-statements.js';
import { Turns } from './turns.js';

/** One running transaction, or the part of one behind a savepoint. */
export class Transaction {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #turns: Turns;
  #open = true;
  #isCommitting = false;
  #hasWritten = false;

  private constructor(
    private readonly running: Running,
    private readonly outer?: Transaction,
  ) {
    this.#turns = new Turns(running.maxIdle);
  }

  /** Begins; `cancellable` says what ends it when its caller has gone. */
  static async begin(
    runner: QueryRunner,
    { isolation, standard = 'READ COMMITTED', maxIdle = 10_000, ...options }: BeginOptions,
  ): Promise<Transaction> {
    const connection = (await runner.connect()) as PoolClient;
    try {
      await asOwnStatement(() => runner.startTransaction(isolation));
    } catch (error) {
      // The server may have begun all the same, or a subscriber failed behind it.
      drop(connection);
      throw ofConnection(error, 'unsent');
    }
    const cancellation = options.cancellable?.(connection);
    const level = isolation ?? standard;
    const running = { runner, connection, isolation: level, cancellation, maxIdle };
    const transaction = new Transaction(running);
    const { current } = options;
    if (current) takeTurns(runner, () => transaction.#partOf(current()));
    return transaction;
  }

  /** The runner that TypeORM's own statements go through; it refuses them once this has ended. */
  get runner(): QueryRunner {
    return this.running.runner;
  }

  /**
   * Runs a statement on the connection, behind nested parts that run on it now. It is refused once
   * the transaction has ended, when a promise was not awaited.
   */
  statement<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#turns.statement(() => {
      this.#requireOpen();
      return this.#track(() => work(this.running.connection)).catch((error: unknown) => {
        throw ofConnection(error);
      });
    });
  }

  /** The connection itself, for one who has the transaction alone. */
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

  /** True once COMMIT has been sent: a connection that is lost now leaves the outcome open. */
  get isCommitting(): boolean {
    return this.#isCommitting;
  }

  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  noteWrite(): void {
    this.#hasWritten = true;
    this.outer?.noteWrite();
  }

  afterCommit(callback: () => unknown): void {
    this.#afterCommit.push(callback);
  }

  async commit(): Promise<void> {
    await this.#close();
    const { runner, cancellation } = this.running;
    cancellation?.end();
    this.#isCommitting = true;
    try {
      await asOwnStatement(() => runner.commitTransaction());
    } catch (error) {
      if (isRiddle(error)) throw this.#unknown(error);
      // A subscriber that fails behind COMMIT undoes nothing.
      if (!isIdle(this.running.connection) || (error as { query?: unknown }).query === 'COMMIT')
        throw error;
      callSafely(() => Promise.reject(error));
    }
    if (!isIdle(this.running.connection))
      throw problem('internal', { detail: 'COMMIT did not end the transaction.' });
    for (const callback of this.#afterCommit) callSafely(callback);
  }

  /** A transaction that wrote nothing can be repeated, whatever became of its COMMIT. */
  #unknown(cause: unknown): Error {
    return problem(this.#hasWritten ? 'outcome_unknown' : 'unavailable', { cause });
  }

  /** Undoes everything. On a lost connection the server has done so already. */
  async rollback(): Promise<void> {
    this.#open = false;
    const { runner, connection, cancellation } = this.running;
    await cancellation?.settle();
    try {
      while (runner.isTransactionActive) {
        await asOwnStatement(() => runner.rollbackTransaction());
      }
    } catch {
      // Nobody knows what state the connection is in, so the pool must not hand it out again.
      drop(connection);
    }
  }

  /**
   * Runs work behind a savepoint: when it fails, only its own changes are undone. Savepoints of
   * one connection nest, so parts that were started side by side run one after another.
   */
  nested<T>(work: (part: Transaction) => Promise<T>, isolation?: Isolation): Promise<T> {
    requireIsolation(this.running.isolation, isolation);
    return this.#turns.part(() => this.#behindSavepoint(work));
  }

  #partOf(inner: Transaction | undefined): Transaction {
    return inner?.running === this.running ? inner : this;
  }

  /** What runs in a part keeps the transactions around it from being idle. */
  #track<T>(work: () => Promise<T>): Promise<T> {
    const { outer } = this;
    return outer ? outer.#turns.track(() => outer.#track(work)) : work();
  }

  /**
   * During the work, gives up statements after so many milliseconds, those of TypeORM included; 0
   * is never, undefined leaves it as it is.
   */
  async limitingQueries<T>(milliseconds: number | undefined, work: () => Promise<T>): Promise<T> {
    if (milliseconds === undefined) return work();
    return limitingQueries(this.running.connection, milliseconds, work);
  }

  /** Rejects once the connection is lost, so that nobody waits for work which cannot end well. */
  lost(): Loss {
    return whenLost(this.running.connection);
  }

  async release(): Promise<void> {
    const { runner, connection, cancellation } = this.running;
    await cancellation?.settle();
    // Whatever went wrong, nobody else may find a transaction on the connection.
    if (!isIdle(this.running.connection)) drop(connection);
    await runner.release();
  }

  async #behindSavepoint<T>(work: (part: Transaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const { runner } = this.running;
    const part = new Transaction(this.running, this);
    const depth = depthOf(runner);
    try {
      await asOwnStatement(() => runner.startTransaction());
      const result = await work(part);
      await part.#close();
      await asOwnStatement(() => runner.commitTransaction());
      this.#afterCommit.push(...part.#afterCommit);
      return result;
    } catch (error) {
      part.#open = false;
      // Without the connection, or once the whole has ended, the savepoint is gone as well.
      if (this.#isOpen && !runner.isReleased && depthOf(runner) > depth) {
        await asOwnStatement(() => runner.rollbackTransaction());
      }
      throw error;
    }
  }

  get #isOpen(): boolean {
    return this.#open && (this.outer === undefined || this.outer.#isOpen);
  }

  #requireOpen(): void {
    if (!this.#isOpen) {
      throw problem('setup_refused', {
        detail: 'A statement came after its transaction had ended; a promise was not awaited.',
      });
    }
    if (this.running.runner.isReleased) throw problem('unavailable');
    this.running.cancellation?.requireCaller();
  }

  /** Takes no more statements, and refuses to commit what nobody knows the state of. */
  async #close(): Promise<void> {
    this.#requireOpen();
    if (this.#turns.hasParts) {
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
}

/** Whether COMMIT may have been done although its confirmation never came. */
function isRiddle(error: unknown): boolean {
  return lossOf(causeOf(error)) === 'sent';
}
