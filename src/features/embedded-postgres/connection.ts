import { Client } from 'pg';

import { errorCode } from './embedded-postgres.error.js';

const UNKNOWN_DATABASE = '3D000';
// Both mean that a process starting at the same time created it first.
const ALREADY_CREATED = ['42P04', '23505'];

/**
 * Connects, creates the database of the connection string if it is missing, and returns the data
 * directory of the responding server.
 */
export async function openDatabase(url: string): Promise<string> {
  try {
    return await dataDirectoryOf(url);
  } catch (error) {
    if (errorCode(error) !== UNKNOWN_DATABASE) throw error;
    await createDatabase(url);
    return dataDirectoryOf(url);
  }
}

async function dataDirectoryOf(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory ?? '';
  });
}

async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  const name = maintenance.pathname.slice(1);
  maintenance.pathname = '/postgres';
  await withClient(maintenance.href, async (client) => {
    try {
      await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    } catch (error) {
      if (!ALREADY_CREATED.includes(errorCode(error))) throw error;
    }
  });
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 10_000,
  });
  // Without a listener, a server that ends meanwhile would end this process too.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
