import type { PublicId } from 'nest-dual-id';
import { Database, dualIdDataSource, Field, Repositories, View } from 'nest-dual-id';
import { addFencing, installLocks } from 'nest-dual-id/locks';
import type { Locks } from 'nest-dual-id/locks';
import { DataSource } from 'typeorm';
import { ViewRegistry } from '../../../src/core/view/view-registry.js';
import { LeaseRows } from '../../../src/features/locks/lease-rows.js';
import { Leases } from '../../../src/features/locks/leases.js';
import { Locks as LocksService } from '../../../src/features/locks/locks.js';
import { TransactionLocks } from '../../../src/features/locks/transaction-locks.js';
import { guardedDatabase } from '../../support/guarded-database.js';
import { guardedEntities, Reading } from '../../support/guarded-entities.js';
import { roleNames } from '../../support/roles.js';

@View(Reading)
export class ReadingView {
  @Field() uuid!: PublicId<Reading>;
  @Field() value!: number;
}

/** An application's side of locks: its own pool on a database that others use as well. */
export interface LocksClient {
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly repositories: Repositories;
  readonly locks: Locks;
}

/** A database with fenced readings, and one client of it. */
export interface LocksBench extends LocksClient {
  readonly url: string;
  /** A connection pool of the owner. */
  readonly owner: DataSource;
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Inserts a reading and returns its public id. */
  reading(): Promise<PublicId<Reading>>;
  valueOf(uuid: string): Promise<number>;
  stop(): Promise<void>;
}

/** Opens a database that has the tables. */
export async function openLocks(url: string, poolSize = 10): Promise<LocksClient> {
  const dataSource = new DataSource(dualIdDataSource({ url, poolSize, entities: guardedEntities }));
  await dataSource.initialize();
  return clientOf(dataSource, new Database(dataSource, {}));
}

/** Creates the database: readings are fenced, notes accept changes without a token. */
export async function locksBench(poolSize = 10): Promise<LocksBench> {
  const guarded = await guardedDatabase({ dataSource: { poolSize } });
  const { dataSource, database, owner, url, sql, stop } = guarded;
  await owner.transaction(async ({ queryRunner }) => {
    await installLocks(queryRunner!, { grantTo: roleNames.application });
    await addFencing(queryRunner!, { table: 'readings' });
    await addFencing(queryRunner!, { table: 'notes', withoutToken: 'allow' });
  });
  const client = clientOf(dataSource, database);
  return {
    ...client,
    url,
    owner,
    sql,
    stop,
    reading: async () =>
      (await client.repositories.of(Reading).create(ReadingView, { value: 0 })).uuid,
    valueOf: async (uuid) =>
      (await sql<{ value: number }>('SELECT value FROM readings WHERE uuid = $1', [uuid]))[0]!
        .value,
  };
}

function clientOf(dataSource: DataSource, database: Database): LocksClient {
  const repositories = new Repositories(dataSource, database, new ViewRegistry(dataSource), {});
  const leases = new Leases(database, new LeaseRows(database));
  const locks = new LocksService(new TransactionLocks(database, repositories), leases);
  return { dataSource, database, repositories, locks };
}
