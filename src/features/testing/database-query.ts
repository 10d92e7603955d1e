import pg from 'pg';
import type { DataSource } from 'typeorm';

/** A test's database: its connection string, or an open data source. */
export type TestedDatabase = DataSource | string;

/** Runs a statement and returns its rows by column name. */
export type QueryFunction = <Row extends object>(
  sql: string,
  values?: readonly unknown[],
) => Promise<readonly Row[]>;

/** Runs work with a connection to the database; closes it if it was opened for this. */
export async function querying<T>(
  database: TestedDatabase,
  work: (query: QueryFunction) => Promise<T>,
): Promise<T> {
  if (typeof database !== 'string') {
    return work((sql, values = []) => database.query(sql, [...values]));
  }
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return await work(async (sql, values = []) => (await client.query(sql, [...values])).rows);
  } finally {
    await client.end();
  }
}
