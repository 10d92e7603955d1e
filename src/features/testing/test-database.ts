import { createHash, randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import { advisoryLock } from '../../core/database/advisory-locks.js';
import { runMigrations } from '../../core/migrations/migrate.js';
import { quoteIdentifier } from '../../core/sql/quoting.js';
import { querying } from './database-query.js';
import type { TestServer } from './test-server.js';
import { startTestServer } from './test-server.js';

/** Migrates a database, or names the data source whose migrations do. */
export type Migrate = (url: string) => Promise<unknown> | DataSourceOptions;

/** Where a test database comes from. */
export interface TestDatabaseOptions {
  /**
   * Runs on a template that all databases are cloned from. It is called again for an existing
   * template and then changes nothing, as migrations do; one that was edited after it ran needs a
   * new server.
   */
  readonly migrations?: Migrate;
  /** A database of the server that is cloned as it is, instead of `migrations`. */
  readonly template?: string;
  /** Connection string of a running server; TEST_SERVER_URL by default, else one is started. */
  readonly server?: string;
  /** Major version of the server that is started. Default 18. */
  readonly version?: 15 | 18;
}

/** A separate database for one test file. */
export interface TestDatabase {
  readonly url: string;
  /** Ends all connections and drops it, and stops the server if that was started for it. */
  drop(): Promise<void>;
}

/** Clones a migrated database; the template is created once per server and set of migrations. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await serverOf(options);
  const name = `test_${randomBytes(6).toString('hex')}`;
  try {
    if (options.migrations) await cloneMigrated(server.url, name, options.migrations);
    else await create(server.url, name, options.template);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: urlOfDatabase(server.url, name),
    drop: async () => {
      await runStatement(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await server.stop();
    },
  };
}

async function serverOf({ server, version }: TestDatabaseOptions): Promise<TestServer> {
  const running = server ?? (process.env['TEST_SERVER_URL'] || undefined);
  if (running !== undefined) return { url: running, stop: async () => undefined };
  return startTestServer(version === undefined ? {} : { version });
}

/** A template is not migrated or cloned by two processes at once; PostgreSQL refuses that. */
async function cloneMigrated(server: string, name: string, migrations: Migrate): Promise<void> {
  const template = templateOf(migrations);
  await querying(server, async (query) => {
    await query('BEGIN');
    await query(`SELECT pg_advisory_xact_lock(${advisoryLock('template').join(', ')})`);
    const found = await query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (found.length === 0) await create(server, template);
    await runTestMigrations(urlOfDatabase(server, template), migrations);
    await create(server, name, template);
    await query('COMMIT');
  });
}

async function runTestMigrations(url: string, migrations: Migrate): Promise<void> {
  const result = migrations(url);
  if (result instanceof Promise) await result;
  else await runMigrations(new DataSource(result));
}

/** The set of migrations is identified by the text of what runs it and the project it runs in. */
function templateOf(migrations: Migrate): string {
  const text = `${process.cwd()}\n${String(migrations)}`;
  return `template_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

async function create(server: string, name: string, template?: string): Promise<void> {
  const from = template === undefined ? '' : ` TEMPLATE ${quoteIdentifier(template)}`;
  await runStatement(server, `CREATE DATABASE ${quoteIdentifier(name)}${from}`);
}

async function runStatement(server: string, sql: string): Promise<void> {
  await querying(server, (query) => query(sql));
}

function urlOfDatabase(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
