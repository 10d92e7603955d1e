import type { EntityManager, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';
import type { ConnectionLoss } from './driver-connection.js';
import {
  depthOf,
  drop,
  hasFailed,
  isIdle,
  limitingQueries,
  whenLost,
} from './driver-connection.js';
import type { BeginOptions, Running } from './begin-options.js';
import { callSafely } from './call-safely.js';
import { causeOf, lossOf, ofConnection } from './connection-loss.js';
import type { Isolation } from './isolation.js';
import { requireIsolation } from './isolation.js';
import { asOwnStatement, takeTurns } from './own-statements.js';
import { ConnectionStamp } from './connection-stamp.js';
import type { Sent } from './statement.js';
import { Turns } from './turns.js';

/** One running transaction, or a part of one behind a savepoint. */
export class Transaction {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #turns: Turns;
  readonly #stamp: ConnectionStamp;
  #open = true;
  #isCommitting = false;
  #hasWritten = false;

  private constructor(
    private readonly running: Running,
    private readonly outer?: Transaction,
  ) {
    this.#turns = new Turns(running.maxIdle);
    this.#stamp = new ConnectionStamp(running.connection, outer && outer.#stamp);
  }

  /** Begins; `cancellable` ends it when its caller has gone. */
  static async begin(
    runner: QueryRunner,
    { isolation, maxIdle = 10_000, stamp, ...options }: BeginOptions<Transaction>,
  ): Promise<Transaction> {
    const connection = (await runner.connect()) as PoolClient;
    try {
      await asOwnStatement(() => runner.startTransaction(isolation));
    } catch (error) {
      // The server may have begun anyway, or a subscriber failed afterwards.
      drop(connection);
      throw ofConnection(error, 'unsent');
    }
    const cancellation = options.cancellable?.(connection);
    const level = isolation ?? options.standard ?? 'READ COMMITTED';
    const running = { runner, connection, isolation: level, cancellation, maxIdle, stamp };
    const transaction = new Transaction(running);
    const { current } = options;
    if (current) takeTurns(runner, () => transaction.#partOf(current()));
    return transaction;
  }

  /** The runner that TypeORM's own statements go through; it refuses them after the end. */
  get runner(): QueryRunner {
    return this.running.runner;
  }

  /**
   * Runs a statement on the connection, after any nested parts now running on it. It is refused
   * once the transaction has ended, which happens when a promise was not awaited.
   */
  statement<T>(work: (client: PoolClient) => Promise<T>, { mayWrite, text }: Sent): Promise<T> {
    this.#requireOpen();
    const stamp = mayWrite ? this.running.stamp?.() : undefined;
    const run = () => this.#stamp.run({ stamp, text }, () => work(this.running.connection));
    return this.#turns.statement(() => {
      this.#requireOpen();
      return this.#track(run).catch((error) => Promise.reject(ofConnection(error)));
    });
  }

  /** The connection itself, for code that has exclusive use of the transaction. */
  get client(): PoolClient {
    this.#requireOpen();
    return this.running.connection;
  }

  get manager(): EntityManager {
    this.#requireOpen();
    return this.running.runner.manager;
  }

  /** Whether the server or the network ended the connection during the transaction. */
  get isLost(): boolean {
    return this.running.runner.isReleased;
  }

  /** Whether COMMIT has been sent: losing the connection now leaves the outcome unknown. */
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
      // COMMIT may have succeeded although its confirmation never arrived.
      if (lossOf(causeOf(error)) === 'sent') throw this.#unknown(error);
      // A subscriber that fails after COMMIT undoes nothing.
      if (!isIdle(this.running.connection) || (error as { query?: unknown }).query === 'COMMIT')
        throw error;
      callSafely(() => Promise.reject(error));
    }
    if (!isIdle(this.running.connection))
      throw problem('internal', { detail: 'COMMIT did not end the transaction.' });
    for (const callback of this.#afterCommit) callSafely(callback);
  }

  /** A transaction that wrote nothing can be repeated, whatever happened to its COMMIT. */
  #unknown(cause: unknown): Error {
    return problem(this.#hasWritten ? 'outcome_unknown' : 'unavailable', { cause });
  }

  /** Undoes everything. On a lost connection the server has already done so. */
  async rollback(): Promise<void> {
    this.#open = false;
    const { runner, connection, cancellation } = this.running;
    await cancellation?.settle();
    try {
      while (runner.isTransactionActive) {
        await asOwnStatement(() => runner.rollbackTransaction());
      }
    } catch {
      // The connection's state is unknown, so the pool must not hand it out again.
      drop(connection);
    }
  }

  /**
   * Runs work behind a savepoint: if it fails, only its own changes are undone. Savepoints of one
   * connection nest, so parts started side by side run one after another.
   */
  nested<T>(work: (part: Transaction) => Promise<T>, isolation?: Isolation): Promise<T> {
    requireIsolation(this.running.isolation, isolation);
    return this.#turns.part(() => this.#behindSavepoint(work));
  }

  #partOf(inner: Transaction | undefined): Transaction {
    return inner?.running === this.running ? inner : this;
  }

  /** Work in a part keeps the transactions around it from being idle. */
  #track<T>(work: () => Promise<T>): Promise<T> {
    const { outer } = this;
    return outer ? outer.#turns.track(() => outer.#track(work)) : work();
  }

  /**
   * During the work, abandons statements after the given milliseconds, including TypeORM's; 0 means
   * never, undefined leaves the limit unchanged.
   */
  async limitingQueries<T>(milliseconds: number | undefined, work: () => Promise<T>): Promise<T> {
    if (milliseconds === undefined) return work();
    return limitingQueries(this.running.connection, milliseconds, work);
  }

  /** Rejects once the connection is lost, so that nobody waits for work that is bound to fail. */
  lost(): ConnectionLoss {
    return whenLost(this.running.connection);
  }

  async release(): Promise<void> {
    const { runner, connection, cancellation } = this.running;
    await cancellation?.settle();
    // Whatever went wrong, nobody else may get a connection with an open transaction.
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
      this.#stamp.keep(part.#stamp);
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
      throw problem('misuse', {
        detail: 'A statement came after its transaction had ended; a promise was not awaited.',
      });
    }
    if (this.running.runner.isReleased) throw problem('unavailable');
    this.running.cancellation?.requireCaller();
  }

  /** Accepts no more statements, and refuses to commit an unknown state. */
  async #close(): Promise<void> {
    this.#requireOpen();
    if (this.#turns.hasParts) {
      throw problem('misuse', {
        detail: 'A nested transaction was still running; its promise was not awaited.',
      });
    }
    this.#open = false;
    // PostgreSQL responds to COMMIT of a failed transaction with a silent rollback.
    if (await hasFailed(this.running.connection)) {
      throw problem('internal', {
        detail: 'A statement of the transaction failed and its error was swallowed.',
      });
    }
  }
}
