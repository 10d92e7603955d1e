import { Client } from 'pg';
import type { ClientBase, Pool } from 'pg';
import { withoutQueryLimit } from '../../../core/data-source/job-session.js';
import { jobLimits } from '../../../core/data-source/limits.js';

/** A pool, of which one connection is taken, or the URL of a connection that is made and closed. */
export type ImportDatabase = Pool | string;

/** Runs work on one connection. */
export async function withConnection<T>(
  database: ImportDatabase,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  // Without a listener a server that ends between two statements would end this process too.
  const ignore = () => undefined;
  if (typeof database !== 'string') {
    const client = await database.connect();
    client.on('error', ignore);
    try {
      return await withoutQueryLimit(client, () => work(client));
    } finally {
      client.off('error', ignore);
      client.release();
    }
  }
  const client = new Client({
    connectionString: database,
    connectionTimeoutMillis: jobLimits.connect,
    keepAlive: jobLimits.keepAlive > 0,
    keepAliveInitialDelayMillis: jobLimits.keepAlive,
  });
  client.on('error', ignore);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
