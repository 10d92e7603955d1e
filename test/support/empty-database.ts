import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from 'nest-dual-id/testing';
import { makeRoles, roleNames } from './roles.js';

/**
 * Makes a database with nothing in it, for tests that bring their own tables. The address is the
 * superuser's, the database is the owner's.
 */
export async function emptyDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_SERVER_URL'] ?? '';
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runSql(server, `CREATE DATABASE ${name} OWNER ${roleNames.owner} TEMPLATE template0`);
  const drop = async () => void (await runSql(server, `DROP DATABASE ${name} WITH (FORCE)`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop };
}

/** The same on a server of the test's own, which gets the roles as well. */
export async function ownedDatabase(server: string, name: string): Promise<string> {
  for (const statement of makeRoles) await runSql(server, statement);
  await runSql(server, `CREATE DATABASE ${name} OWNER ${roleNames.owner} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** Runs SQL on a separate connection, outside every transaction of the test. */
export async function runSql<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
