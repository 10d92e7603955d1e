import type { PoolClient } from 'pg';
import type { QueryRunner } from 'typeorm';
import { never } from '../data-source/limits.js';
import { problem } from '../errors/problem.js';
import { ofConnection } from './connection-loss.js';

/** Internals of a connection that pg and TypeORM do not expose in their types. */
interface Inside {
  readonly connectionParameters: { query_timeout: number };
  end(): Promise<void>;
}

/** The same text as the driver's for a statement. */
const ended = 'Connection terminated between two statements of a transaction';

/** The awaited loss of a connection. */
export interface ConnectionLoss {
  readonly connection: object;
  readonly promise: Promise<never>;
  /** Stops waiting for it. */
  forget(): void;
}

/** Whether a connection is outside any transaction, according to the server's last status. */
export function isIdle(connection: PoolClient): boolean {
  return connection.getTransactionStatus() === 'I';
}

/** Whether a statement of the running transaction failed, so that COMMIT would undo it. */
export async function hasFailed(connection: PoolClient): Promise<boolean> {
  // The driver passes an error on before it knows its effect on the transaction.
  const isSettled = (connection as { readyForQuery?: boolean }).readyForQuery === true;
  if (!isSettled) await connection.query('');
  return connection.getTransactionStatus() === 'E';
}

/** Ends a connection in an unknown state; the pool does not take back an ending one. */
export function drop(connection: PoolClient): void {
  void (connection as unknown as Inside).end().catch(() => undefined);
}

/** Rejects with `unavailable` once a connection has ended. */
export function whenLost(connection: PoolClient): ConnectionLoss {
  let listener!: () => void;
  const promise = new Promise<never>((_, reject) => {
    // The work's own error about the loss is more precise, and takes precedence.
    const end = () => reject(problem('unavailable', { cause: ofConnection(new Error(ended)) }));
    listener = () => void setImmediate(end);
    connection.once('end', listener);
  });
  promise.catch(() => undefined);
  return { connection, promise, forget: () => connection.removeListener('end', listener) };
}

/** During the work, abandons statements on a connection after the given milliseconds. */
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
