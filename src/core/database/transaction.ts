import type { Socket } from 'node:net';
import type { EntityManager, QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';
import { callSafely } from './call-safely.js';
import type { Cancellation } from './cancellation.js';
import { causeOf, lossOf } from './connection-loss.js';
import type { Isolation } from './isolation.js';
import { requireIsolation } from './isolation.js';
import { asOwnStatement, isOwnStatement } from './own-statements.js';
import { Turns } from './turns.js';

/** A running transaction: its connection, and what happens once it is committed. */
interface Running {
  readonly runner: QueryRunner;
  readonly connection: PoolClient;
  readonly isolation: Isolation;
  readonly cancellation: Cancellation | undefined;
}

/** How a transaction begins. */
export interface BeginOptions {
  readonly isolation?: Isolation | undefined;
  /** What the data source runs transactions at that ask for nothing. */
  readonly standard?: Isolation | undefined;
  readonly cancellable?: (connection: PoolClient) => Cancellation | undefined;
  /** The transaction, or part of one, in whose context the caller of this function runs. */
  readonly current?: () => Transaction | undefined;
}

/** One running transaction, or the part of one behind a savepoint. */
export class Transaction {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #turns = new Turns();
  #open = true;
  #isCommitting = false;
  #queryTimeout: { readonly former: number } | undefined;

  private constructor(
    private readonly running: Running,
    private readonly outer?: Transaction,
  ) {}

  /** Begins; `cancellable` says what ends it when its caller has gone. */
  static async begin(
    runner: QueryRunner,
    { isolation, standard = 'READ COMMITTED', cancellable, current }: BeginOptions,
  ): Promise<Transaction> {
    const connection = (await runner.connect()) as PoolClient;
    await runner.startTransaction(isolation);
    const cancellation = cancellable?.(connection);
    const running = { runner, connection, isolation: isolation ?? standard, cancellation };
    const transaction = new Transaction(running);
    if (current) transaction.#takeTurns(current);
    return transaction;
  }

  /** The runner that TypeORM's own statements go through. */
  get runner(): QueryRunner {
    this.#requireOpen();
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
      return this.#track(() => work(this.running.connection));
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
      throw isRiddle(error) ? problem('outcome_unknown', { cause: error }) : error;
    }
    for (const callback of this.#afterCommit) callSafely(callback);
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

  /** Statements that TypeORM sends through the runner take their turns like all others. */
  #takeTurns(current: () => Transaction | undefined): void {
    const { runner } = this.running;
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    runner.query = ((...args: unknown[]) => {
      if (isOwnStatement()) return query(...args);
      const inner = current();
      const transaction = inner?.running === this.running ? inner : this;
      return transaction.statement(() => query(...args));
    }) as typeof runner.query;
  }

  /** What runs in a part keeps the transactions around it from being idle. */
  #track<T>(work: () => Promise<T>): Promise<T> {
    const { outer } = this;
    return outer ? outer.#turns.track(() => outer.#track(work)) : work();
  }

  /** Gives up statements after so many milliseconds, those of TypeORM included, until release. */
  limitQueries(milliseconds: number): void {
    const parameters = driverParameters(this.running.connection);
    this.#queryTimeout ??= { former: parameters.query_timeout };
    parameters.query_timeout = milliseconds;
  }

  async release(): Promise<void> {
    const { runner, connection, cancellation } = this.running;
    await cancellation?.settle();
    if (this.#queryTimeout) {
      driverParameters(connection).query_timeout = this.#queryTimeout.former;
    }
    await runner.release();
  }

  async #behindSavepoint<T>(work: (part: Transaction) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const { runner } = this.running;
    const part = new Transaction(this.running, this);
    await asOwnStatement(() => runner.startTransaction());
    try {
      const result = await work(part);
      await part.#close();
      await asOwnStatement(() => runner.commitTransaction());
      this.#afterCommit.push(...part.#afterCommit);
      return result;
    } catch (error) {
      part.#open = false;
      // Without the connection, or once the whole has ended, the savepoint is gone as well.
      if (this.#isOpen && !runner.isReleased) {
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

function driverParameters(connection: PoolClient): { query_timeout: number } {
  return (connection as unknown as { connectionParameters: { query_timeout: number } })
    .connectionParameters;
}

/** Closes the socket under a connection; the pool notices and forgets it. */
function drop(connection: PoolClient): void {
  (connection as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
}
