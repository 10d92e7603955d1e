import type { DataSource } from 'typeorm';
import type { PoolClient } from 'pg';
import { problem } from '../errors/problem.js';
import { currentCaller } from './caller.js';
import { Cancellation } from './cancellation.js';
import { causeOf, isWaitForPool, lossOf, ofConnection } from './connection-loss.js';
import type { Claim, Connections } from './connections.js';
import { ofSearch } from './database-errors.js';
import type { Isolation } from './isolation.js';
import { overloaded } from './overloaded.js';
import { Transaction } from './transaction.js';
import type { BeginOptions } from './begin-options.js';

/** What is the same for all transactions of a `Database`. */
type TransactionContext = Pick<BeginOptions<Transaction>, 'current' | 'maxIdle' | 'stamp'>;

/** Runs transactions from a place in a lane to COMMIT or ROLLBACK. */
export class TransactionRunner {
  constructor(
    private readonly dataSource: DataSource,
    private readonly connections: Connections,
    private readonly context: TransactionContext,
  ) {}

  /** Runs work in a transaction of its own. */
  async run<T>(
    claim: Claim,
    isolation: Isolation | undefined,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const leave = await this.connections.enter(claim);
    try {
      const transaction = await this.#begin(isolation);
      const result = await this.#complete(transaction, work);
      if (transaction.hasWritten) currentCaller()?.noteWrite();
      return result;
    } catch (error) {
      throw claim.use === 'search' ? ofSearch(error) : error;
    } finally {
      leave();
    }
  }

  async #begin(isolation: Isolation | undefined): Promise<Transaction> {
    const { isolationLevel: standard } = this.dataSource.options as { isolationLevel?: Isolation };
    const runner = this.dataSource.createQueryRunner();
    const caller = currentCaller();
    const { counters } = this.connections;
    const cancellable = (connection: PoolClient) =>
      caller && new Cancellation(connection, counters, caller);
    try {
      return await Transaction.begin(runner, {
        isolation,
        standard,
        cancellable,
        ...this.context,
      });
    } catch (error) {
      await runner.release();
      this.connections.countLoss(causeOf(error));
      throw isWaitForPool(error) ? overloaded(error) : ofConnection(error, 'unsent');
    }
  }

  async #complete<T>(
    transaction: Transaction,
    work: (transaction: Transaction) => Promise<T>,
  ): Promise<T> {
    const lost = transaction.lost();
    try {
      const result = await Promise.race([work(transaction), lost.promise]);
      await transaction.commit();
      return result;
    } catch (error) {
      const isLost = !transaction.isCommitting && (transaction.isLost || isLoss(error));
      this.connections.countLoss(causeOf(error), lost.connection);
      await transaction.rollback();
      // Whatever error the work made of it, nothing was written, because COMMIT was never sent.
      throw isLost ? problem('unavailable', { cause: error }) : error;
    } finally {
      lost.forget();
      await transaction.release();
    }
  }
}

/** The server's message that it ends the connection arrives before the driver notices the end. */
function isLoss(error: unknown): boolean {
  return lossOf(causeOf(error)) !== undefined;
}
