import type { ClientBase } from 'pg';

/**
 * Lifts, until the transaction ends, the limits that a role, a database or a data source sets for
 * requests: a job's statement takes as long as its work needs.
 */
export const liftLimits = `SELECT set_config('statement_timeout', '0', true),
  set_config('lock_timeout', '0', true),
  set_config('idle_in_transaction_session_timeout', '0', true),
  CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL
    THEN set_config('transaction_timeout', '0', true) END`;

/** Where the driver stores the limit it applies to every statement of a client. */
interface LimitedClient {
  readonly connectionParameters?: { query_timeout?: unknown };
}

/** Runs work on a pooled client without the driver's own limit, which applies again afterwards. */
export async function withoutQueryLimit<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  const restore = liftQueryLimit(client);
  try {
    return await work();
  } finally {
    restore();
  }
}

/** Removes the driver's limit from a client; the returned function restores it. */
export function liftQueryLimit(client: ClientBase): () => void {
  const { connectionParameters: parameters } = client as unknown as LimitedClient;
  if (!parameters?.query_timeout) return () => undefined;
  const { query_timeout: limit } = parameters;
  parameters.query_timeout = false;
  return () => {
    parameters.query_timeout = limit;
  };
}
