import type { Socket } from 'node:net';
import pg from 'pg';

/** What an import is about to send, or has been answered. */
export interface Moment {
  readonly sql: string;
  /** Its number; the first statement is 1. */
  readonly count: number;
  readonly when: 'before' | 'after';
}

type Query = (...args: unknown[]) => unknown;

/**
 * A pool whose only connection is torn at the first moment that is chosen. The server sees what it
 * sees of a client that was killed: a connection that is gone, and no word of goodbye.
 */
export function severedPool(url: string, isChosen: (moment: Moment) => boolean): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('error', () => undefined);
  let count = 0;
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as Query;
    const tear = () => (client as unknown as { connection: { stream: Socket } }).connection.stream;
    const tearAt = (moment: Moment) => isChosen(moment) && tear().destroy();
    const severed = (...args: unknown[]): unknown => {
      const sql = textOf(args[0]);
      const moment = { sql, count: (count += 1) };
      tearAt({ ...moment, when: 'before' });
      const answer = query(...args);
      if (!(answer instanceof Promise)) return answer;
      return answer.then((result: unknown) => {
        tearAt({ ...moment, when: 'after' });
        return result;
      });
    };
    client.query = severed as typeof client.query;
  });
  return pool;
}

/** A copy is an object that holds its statement. */
function textOf(statement: unknown): string {
  if (typeof statement === 'string') return statement;
  return String((statement as { text?: unknown }).text ?? '');
}
