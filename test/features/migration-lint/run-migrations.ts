import type { MigrationInterface } from 'typeorm';
import { runSql } from '../../support/empty-database.js';
import { sourceOf } from '../../support/written-migration.js';
import { tables } from './fixtures/fixture.js';
import type { SafeMigration } from './fixtures/fixtures.js';

const typeorm = import.meta.resolve('typeorm');

/** Empties a database and makes the tables of the fixtures in it. */
export async function makeTables(url: string): Promise<void> {
  const schemas = ['public', 'shop', 'market', 'archive'];
  const drops = schemas.map((schema) => `DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await runSql(url, [...drops, 'CREATE SCHEMA public', tables].join(';'));
}

/** Has TypeORM run migrations, each in a transaction of its own unless it declares none. */
export async function runAsMigrations(
  url: string,
  migrations: readonly SafeMigration[],
): Promise<void> {
  const classes = await Promise.all(migrations.map(classOf));
  const source = await sourceOf(url, classes).initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

async function classOf(
  { up, transaction }: SafeMigration,
  at: number,
): Promise<new () => MigrationInterface> {
  const text = `
    import typeorm from '${typeorm}';
    const { Table, TableColumn, TableIndex, TableForeignKey, TableCheck, TableUnique } = typeorm;
    export class Change${1_800_000_000_000 + at} {
      ${transaction ? '' : 'transaction = false;'}
      async up(queryRunner) {
${up}
}
      async down() {}
    }`;
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as object;
  return Object.values(module)[0] as new () => MigrationInterface;
}
