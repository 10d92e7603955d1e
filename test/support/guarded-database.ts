import { Database, dualIdDataSource, installDualId } from 'nest-dual-id';
import type { DualIdDataSourceOptions, DualIdModuleOptions } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { emptyDatabase } from './empty-database.js';
import { queryOutside } from './outside.js';
import { createGuardedTables, guardedEntities } from './guarded-entities.js';

/** A database with the tables of the guarded entities, and the library's door to it. */
export interface GuardedDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  readonly database: Database;
  /** Runs SQL on a connection of the pool, around everything that the library checks. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The passport of a public id. */
  passport(uuid: string): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

/** Options of the door and of the data source. */
export type GuardedOptions = DualIdModuleOptions & {
  readonly dataSource?: Partial<DualIdDataSourceOptions>;
};

/** Makes the database and opens it. */
export async function guardedDatabase(options: GuardedOptions = {}): Promise<GuardedDatabase> {
  const empty = await emptyDatabase();
  const dataSource = new DataSource(
    dualIdDataSource({ entities: guardedEntities, ...options.dataSource, url: empty.url }),
  );
  await dataSource.initialize();
  await dataSource.transaction(async ({ queryRunner }) => {
    await installDualId(queryRunner!);
    await createGuardedTables(queryRunner!);
  });
  const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    queryOutside<Row>(dataSource, text, values);
  return {
    url: empty.url,
    dataSource,
    database: new Database(dataSource, options),
    sql,
    passport: async (uuid) =>
      (await sql('SELECT * FROM dual_id.passports WHERE uuid = $1', [uuid]))[0],
    stop: async () => {
      await dataSource.destroy();
      await empty.drop();
    },
  };
}
