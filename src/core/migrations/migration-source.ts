import type { QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import type { PostgresOptions } from '../data-source/data-source-options.js';
import { forJob } from '../data-source/limits.js';
import { ListenedClient } from '../data-source/listened-client.js';

/** Limits that a connection string may set in the driver, where no statement can lift them. */
const limitsOfUrls = ['query_timeout', 'statement_timeout', 'lock_timeout'];

/** Server settings that would end long work; some are newer than PostgreSQL 15. */
const limitsOfServer = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
];

/**
 * A data source for migrations next to the application's own: the same database and entities,
 * without the short limits of an API, and with its own pool.
 */
export function migrationSource(
  { options }: DataSource,
  more: Partial<PostgresOptions> = {},
): DataSource {
  const job = forJob(options as PostgresOptions);
  return new DataSource({
    ...job,
    ...(job.url === undefined ? {} : { url: withoutLimits(job.url) }),
    extra: { Client: ListenedClient, ...(job.extra as object), max: 4, min: 0 },
    cache: false,
    dropSchema: false,
    migrationsRun: false,
    synchronize: false,
    ...more,
  });
}

/** The same for work that needs no entities or migrations. */
export function bareSource(
  dataSource: DataSource,
  more: Partial<PostgresOptions> = {},
): DataSource {
  const nothing = { entities: [], migrations: [], subscribers: [] };
  return migrationSource(dataSource, { ...nothing, ...more });
}

/** How long settings last: to the end of the transaction, or of the connection. */
export type Reach = 'transaction' | 'connection';

/**
 * Gives a connection the limits of a migration, whatever the defaults of the role or the database:
 * no limit but the one for waiting on a lock. Returns the process id of its server process.
 */
export async function setLimits(
  runner: QueryRunner,
  reach: Reach,
  lockTimeout: number,
): Promise<number> {
  const isLocal = reach === 'transaction';
  const [row] = (await runner.query(
    `SELECT pg_backend_pid() AS pid, set_config('lock_timeout', $1, $2),
       (SELECT count(set_config(name, '0', $2)) FROM pg_settings WHERE name = ANY ($3))`,
    [String(lockTimeout), isLocal, limitsOfServer],
  )) as { pid: number }[];
  return row!.pid;
}

function withoutLimits(text: string): string {
  if (!limitsOfUrls.some((name) => text.includes(name))) return text;
  const url = new URL(text);
  for (const name of limitsOfUrls) url.searchParams.delete(name);
  return url.href;
}
