import pg from 'pg';

/**
 * A pool of one connection whose import stands still, its transaction open, after each statement
 * that the pattern matches; the work is told the pattern's first group.
 */
export function pausingPool(
  url: string,
  pattern: RegExp,
  work: (matched: string) => Promise<void>,
): pg.Pool {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const pausing = async (...args: unknown[]) => {
      const result = await query(...args);
      const matched = pattern.exec(String(args[0]));
      if (matched) await work(matched[1] ?? matched[0]);
      return result;
    };
    client.query = ((...args: unknown[]) =>
      typeof args[0] === 'string' ? pausing(...args) : query(...args)) as typeof client.query;
  });
  return pool;
}
