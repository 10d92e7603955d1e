import type { Migration, QueryRunner } from 'typeorm';
import { DataSource, MigrationExecutor } from 'typeorm';
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js';
import { DualIdError } from '../errors/dual-id-error.js';
import { quoteTable } from '../sql/quoting.js';
import { alone } from './migration-lock.js';
import type { MigrationDirection } from './migration-run.js';
import { runOne } from './migration-run.js';
import { bareSource, migrationSource } from './migration-source.js';
import type { MigrationOptions, RetryOptions } from './retry-options.js';
import { retryOptionsOf } from './retry-options.js';

/** A migration, and whether it was applied to the database. */
export interface MigrationState {
  readonly name: string;
  readonly isApplied: boolean;
}

/**
 * Runs the pending migrations and returns their names. Two processes never migrate at once: the
 * second waits and then finds nothing to do. Migrations run on their own connections without the
 * limits of an API, and wait only briefly for locks of others before they start again. A data
 * source that is not open stays closed.
 */
export async function runMigrations(
  dataSource: DataSource,
  options: MigrationOptions = {},
): Promise<string[]> {
  const retryOptions = retryOptionsOf(options);
  // When nothing is pending, as at most starts, no lock is needed to find out.
  const pending = await whileOpen(dataSource, pendingOf);
  if (pending.length === 0) return [];
  return migrating(dataSource, retryOptions, async (source) => {
    const names: string[] = [];
    for (const migration of await pendingOf(source)) {
      await runNamed(source, migration, { direction: 'up', retryOptions: retryOptions });
      names.push(migration.name);
    }
    return names;
  });
}

/** Reverts the migration that ran last and returns its name; undefined if there is none. */
export async function revertMigration(
  dataSource: DataSource,
  options: MigrationOptions = {},
): Promise<string | undefined> {
  const retryOptions = retryOptionsOf(options);
  return migrating(dataSource, retryOptions, async (source) => {
    const executor = new Executor(source);
    const [last] = await executor.getExecutedMigrations();
    if (last === undefined) return undefined;
    const migration = executor.all().find(({ name }) => name === last.name);
    if (migration === undefined) {
      throw new Error(
        `The migration ${last.name} is not in the code. Revert it with the code that has it.`,
      );
    }
    await runNamed(source, migration, { direction: 'down', retryOptions: retryOptions });
    return migration.name;
  });
}

/** Every migration of the data source, in execution order. Changes nothing. */
export async function migrationStatus(dataSource: DataSource): Promise<MigrationState[]> {
  return whileOpen(dataSource, async (source) => {
    const executor = new Executor(source);
    await executor.requireRights();
    const executed = await executor.getExecutedMigrations();
    const pending = await executor.getPendingMigrations();
    return [...executed, ...pending]
      .toSorted((one, other) => one.timestamp - other.timestamp)
      .map((migration) => ({ name: migration.name, isApplied: executed.includes(migration) }));
  });
}

async function pendingOf(source: DataSource): Promise<Migration[]> {
  const executor = new Executor(source);
  await executor.requireRights();
  return executor.getPendingMigrations();
}

/** Runs work with the data source for migrations, while no other process has one. */
async function migrating<T>(
  dataSource: DataSource,
  { log }: RetryOptions,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  return alone(dataSource, log, async () => {
    const source = migrationSource(dataSource);
    await source.initialize();
    try {
      await new Executor(source).createTables();
      return await work(source);
    } finally {
      await source.destroy();
    }
  });
}

/** Exposes protected parts of TypeORM's executor. */
class Executor extends MigrationExecutor {
  /** Every migration in the code. */
  all(): Migration[] {
    return this.getMigrations();
  }

  /**
   * Fails for a role that may not read which migrations ran. TypeORM would see no table as that
   * role, and treat every migration as pending.
   */
  async requireRights(): Promise<void> {
    const { migrationsTableName = 'migrations', schema } = this.dataSource
      .options as PostgresDataSourceOptions;
    const table = quoteTable(migrationsTableName, schema);
    const found = await this.dataSource.query('SELECT to_regclass($1) AS found', [table]);
    if (found[0].found !== null) await this.dataSource.query(`SELECT FROM ${table} LIMIT 0`);
  }

  /** Creates the tables in which TypeORM records what ran. */
  async createTables(): Promise<void> {
    await this.requireRights();
    const runner = this.dataSource.createQueryRunner();
    try {
      await this.createMigrationsTableIfNotExist(runner);
      const builder = this.dataSource.driver.createSchemaBuilder() as {
        createMetadataTableIfNecessary?(runner: QueryRunner): Promise<void>;
      };
      await builder.createMetadataTableIfNecessary?.(runner);
    } finally {
      await runner.release();
    }
  }
}

async function runNamed(
  source: DataSource,
  migration: Migration,
  how: { readonly direction: MigrationDirection; readonly retryOptions: RetryOptions },
): Promise<void> {
  try {
    await runOne(source, migration, how);
  } catch (cause) {
    // An error about a lock wait already has a name and a next step.
    if (cause instanceof DualIdError || !(cause instanceof Error)) throw cause;
    const next =
      'Correct it and run `dual-id migrate` again; migrations that already ran stay applied.';
    throw new Error(`The migration ${migration.name} failed: ${cause.message}. ${next}`, { cause });
  }
}

async function whileOpen<T>(
  dataSource: DataSource,
  work: (source: DataSource) => Promise<T>,
): Promise<T> {
  if (dataSource.isInitialized) return work(dataSource);
  const { migrations = [] } = dataSource.options;
  const source = bareSource(dataSource, { migrations });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
