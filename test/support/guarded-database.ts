import { Database, dualIdDataSource, installDualId } from 'nest-dual-id';
import type { DualIdDataSourceOptions, DualIdModuleOptions } from 'nest-dual-id';
import { DataSource } from 'typeorm';
import { emptyDatabase } from './empty-database.js';
import { queryOutside } from './outside.js';
import { createGuardedTables, guardedEntities } from './guarded-entities.js';
import { migratedFor, urlAs } from './roles.js';

/** A database with the tables of the guarded entities, and the library's way into it. */
export interface GuardedDatabase {
  /** The address for a role that owns nothing, as the application has it. */
  readonly url: string;
  /** A connection pool of that role. */
  readonly dataSource: DataSource;
  readonly database: Database;
  /** A connection pool of the owner: migrations, the doctor. */
  readonly owner: DataSource;
  /** A connection pool of a superuser. */
  readonly superuser: DataSource;
  /** Runs SQL as the superuser, around everything that the library and PostgreSQL check. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Runs SQL on a connection of the application's pool. */
  inPool<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The passport of a public id. */
  passport(uuid: string): Promise<Record<string, unknown> | undefined>;
  stop(): Promise<void>;
}

/** Options of the module and of the data sources. */
export type GuardedOptions = DualIdModuleOptions & {
  readonly dataSource?: Partial<DualIdDataSourceOptions>;
};

/** Makes the database and opens it. */
export async function guardedDatabase(options: GuardedOptions = {}): Promise<GuardedDatabase> {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, async (runner) => {
    await installDualId(runner);
    await createGuardedTables(runner);
  });
  const settings = { entities: guardedEntities, ...options.dataSource };
  const dataSource = await open({ ...settings, url });
  const owner = await open({ ...settings, url: urlAs('owner', url) });
  const superuser = await open({ entities: [], url: empty.url });
  const sql = <Row = Record<string, unknown>>(text: string, values: unknown[] = []) =>
    queryOutside<Row>(superuser, text, values);
  return {
    url,
    dataSource,
    owner,
    superuser,
    database: new Database(dataSource, options),
    sql,
    inPool: (text, values = []) => queryOutside(dataSource, text, values),
    passport: async (uuid) =>
      (await sql('SELECT * FROM dual_id.passports WHERE uuid = $1', [uuid]))[0],
    stop: async () => {
      for (const source of [dataSource, owner, superuser]) await source.destroy();
      await empty.drop();
    },
  };
}

const open = (options: DualIdDataSourceOptions) =>
  new DataSource(dualIdDataSource(options)).initialize();
