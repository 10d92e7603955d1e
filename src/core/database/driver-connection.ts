import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import { never } from '../data-source/limits.js';
import { problem } from '../errors/problem.js';
import { ofConnection } from './connection-loss.js';

/** What pg and TypeORM know of a connection, and do not show in their types. */
interface Inside {
  readonly connectionParameters: { query_timeout: number };
  end(): Promise<void>;
}

/** As the driver says it to a statement. */
const ended = 'Connection terminated between two statements of a transaction';

/** The loss of a connection that is waited for. */
export interface Loss {
  readonly connection: object;
  readonly promise: Promise<never>;
  /** Waits for it no longer. */
  forget(): void;
}

/** Whether a connection is in no transaction, as the server said last. */
export function isIdle(connection: PoolClient): boolean {
  return connection.getTransactionStatus() === 'I';
}

/** Ends a connection in an unknown state; the pool takes none back that is ending. */
export function drop(connection: PoolClient): void {
  void (connection as unknown as Inside).end().catch(() => undefined);
}

/** Rejects with `unavailable` once a connection has ended. */
export function whenLost(connection: PoolClient): Loss {
  let listener!: () => void;
  const promise = new Promise<never>((_, reject) => {
    // What the work itself was told of the loss says more, and comes first.
    const end = () => reject(problem('unavailable', { cause: ofConnection(new Error(ended)) }));
    listener = () => void setImmediate(end);
    connection.once('end', listener);
  });
  promise.catch(() => undefined);
  return { connection, promise, forget: () => connection.removeListener('end', listener) };
}

/** During the work, gives up the statements of a connection after so many milliseconds. */
export async function limitingQueries<T>(
  connection: PoolClient,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  const parameters = (connection as unknown as Inside).connectionParameters;
  const former = parameters.query_timeout;
  parameters.query_timeout = milliseconds || never;
  try {
    return await work();
  } finally {
    parameters.query_timeout = former;
  }
}

/** How many transactions and savepoints TypeORM has begun on a runner. */
export function depthOf(runner: QueryRunner): number {
  return (runner as unknown as { transactionDepth: number }).transactionDepth;
}
