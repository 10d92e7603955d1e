import type { DataSourceOptions } from 'typeorm';
import { Passport } from '../passport/passport.entity.js';
import { PlatformType } from '../passport/platform-type.entity.js';
import { problem } from '../errors/problem.js';
import type { ConnectionMode, DatabaseLimits } from './limits.js';
import { driverOptions, requireLimits } from './limits.js';
import type { LaneSizes } from './lanes.js';
import { ListenedClient } from './listened-client.js';
import { PrivateLogger } from './private-logger.js';
import { SchemaVersion } from './schema-version.entity.js';
import { SnakeCaseNaming } from './snake-case-naming.js';

/** TypeORM's options of a data source on PostgreSQL. */
export type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/**
 * TypeORM's PostgreSQL options, except those set by the library because its guarantees depend on
 * them.
 */
export type DualIdDataSourceOptions = Omit<
  PostgresOptions,
  'type' | 'entities' | 'synchronize' | 'parseInt8' | 'uuidExtension' | 'installExtensions'
> & {
  /** The application's entity classes; the library's own are added. */
  readonly entities: readonly Function[];
  /** How long each wait on the database may take; see `DatabaseLimits` for the defaults. */
  readonly limits?: DatabaseLimits;
  /**
   * `transaction-pooler` if a pooler such as PgBouncer lends a connection for one transaction:
   * limits are then set inside transactions, and not at the start of a connection. Default
   * `direct`.
   */
  readonly connection?: ConnectionMode;
  /** Connections that each use of the pool may hold at once; shares of `poolSize` by default. */
  readonly lanes?: Partial<LaneSizes>;
};

/**
 * Options for a TypeORM `DataSource` that works with dual ids: snake-case names, no
 * synchronization, int8 as text, one transaction for each migration, and a log without values.
 */
export function dualIdDataSource({
  entities,
  limits,
  connection = 'direct',
  lanes,
  ...options
}: DualIdDataSourceOptions): PostgresOptions {
  const settings = { limits: requireLimits(limits), mode: connection, lanes };
  return {
    namingStrategy: new SnakeCaseNaming(),
    migrationsTransactionMode: 'each',
    logging: false,
    logger: new PrivateLogger(options.logging),
    ...options,
    extra: { Client: ListenedClient, ...driverOptions(settings), ...(options.extra as object) },
    type: 'postgres',
    entities: [SchemaVersion, PlatformType, Passport, ...entities],
    synchronize: false,
    parseInt8: false,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
  };
}

/** Refuses a data source that would turn bigints into numbers or alter tables on its own. */
export function checkDataSourceOptions(options: DataSourceOptions): void {
  const { parseInt8, synchronize } = options as PostgresOptions;
  const refuse = (detail: string) => {
    throw problem('setup_refused', { detail });
  };
  if (options.type !== 'postgres') refuse(`The data source is ${options.type}, not postgres.`);
  if (parseInt8) refuse('The data source parses int8 as numbers, which breaks ids above 2^53.');
  if (synchronize)
    refuse('The data source has synchronize on, which would drop the guards of the ids.');
}
