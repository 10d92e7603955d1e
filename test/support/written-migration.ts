import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';

type Step = (runner: QueryRunner) => Promise<unknown>;
type PostgresOptions = Extract<DataSourceOptions, { type: 'postgres' }>;

/** A migration of a test: one step up, one down, in a transaction or not. */
export function migrationOf(
  up: Step,
  { transaction, down }: { readonly transaction?: boolean; readonly down?: Step } = {},
): new () => MigrationInterface {
  return class OfTest1000000000001 implements MigrationInterface {
    readonly name = 'OfTest1000000000001';
    transaction = transaction ?? true;
    up = async (runner: QueryRunner) => void (await up(runner));
    down = async (runner: QueryRunner) => void (await down?.(runner));
  };
}

/** A data source of migrations that is not open. */
export function sourceOf(
  url: string,
  migrations: readonly (new () => MigrationInterface)[],
  options: Partial<PostgresOptions> = {},
): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    applicationName: 'migrator',
    logger: 'debug',
    migrations: [...migrations],
    ...options,
  });
}
