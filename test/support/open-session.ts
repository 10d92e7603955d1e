import pg from 'pg';

/** A session that was left with an open transaction. */
export interface OpenSession {
  readonly pid: number;
  query(sql: string): Promise<unknown>;
  /** Ends the transaction and the session. */
  end(): Promise<void>;
}

/** Begins a transaction, runs these statements in it, and leaves it open. */
export async function openSession(url: string, ...statements: string[]): Promise<OpenSession> {
  const client = new pg.Client({ connectionString: url, application_name: 'forgotten' });
  await client.connect();
  client.on('error', () => undefined);
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  for (const statement of ['BEGIN', ...statements]) await client.query(statement);
  return { pid: rows[0]!.pid, query: (sql) => client.query(sql), end: () => client.end() };
}
