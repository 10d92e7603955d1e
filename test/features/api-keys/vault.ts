import {
  addDualId,
  Database,
  DualId,
  DualIdEntity,
  dualIdDataSource,
  installDualId,
  Personal,
} from 'nest-dual-id';
import { ApiKey, ApiKeys, installApiKeys } from 'nest-dual-id/api-keys';
import type { ApiKeysOptions } from 'nest-dual-id/api-keys';
import { addHistory, installHistory } from 'nest-dual-id/history';
import { Column, DataSource, DeleteDateColumn } from 'typeorm';
import type { Pool } from 'pg';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor, urlAs } from '../../support/roles.js';

@DualId({ table: 'people', type: 30, named: ['name'] })
export class Person extends DualIdEntity {
  @Personal('') @Column('text') name!: string;
  @DeleteDateColumn({ type: 'timestamptz' }) deletedAt!: Date | null;
}

/** What the history keeps of keys. */
export const loggedKeys = {
  schema: 'dual_id',
  table: 'api_keys',
  keep: 'rows',
  ignore: ['last_used_at'],
  redact: ['hash'],
} as const;

export const peppers = {
  1: 'b0'.repeat(32),
  2: Buffer.from('second pepper, 32 bytes or more.').toString('base64'),
};
export const vaultOptions: ApiKeysOptions = { prefix: 'shop', environment: 'test', peppers };

/** One instance of an application: its own pool and its own cache. */
export interface Instance {
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly keys: ApiKeys;
  /** How many connections were taken so far, one for each statement outside of transactions. */
  statements(): number;
  stop(): Promise<void>;
}

/** A database with keys, their history and people, and instances of an application on it. */
export interface Vault {
  /** The address for a role that owns nothing. */
  readonly url: string;
  readonly owner: DataSource;
  open(options?: Partial<ApiKeysOptions>, url?: string): Promise<Instance>;
  /** Runs SQL as a superuser. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Adds a person and returns the public id. */
  person(name: string): Promise<string>;
  stop(): Promise<void>;
}

export async function openVault(): Promise<Vault> {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, async (runner) => {
    await installDualId(runner);
    await runner.query('CREATE TABLE people (name text NOT NULL, deleted_at timestamptz)');
    await addDualId(runner, {
      table: 'people',
      type: { id: 30, name: 'person' },
      namedBy: ['name'],
      deletedAt: 'deleted_at',
    });
    await installApiKeys(runner);
    await installHistory(runner);
    await addHistory(runner, loggedKeys);
  });
  const opened: Instance[] = [];
  const entities = [Person, ApiKey];
  const owner = await openSource(urlAs('owner', url), entities);
  const superuser = await openSource(empty.url, []);
  const sql: Vault['sql'] = (text, values) => queryOutside(superuser, text, values);
  return {
    url,
    owner,
    sql,
    open: async (options = {}, at = url) => {
      const dataSource = await openSource(at, entities);
      const instance = instanceOn(dataSource, { ...vaultOptions, ...options });
      opened.push(instance);
      return instance;
    },
    person: async (name) => {
      const insert = 'INSERT INTO people (name) VALUES ($1) RETURNING uuid';
      return (await sql<{ uuid: string }>(insert, [name]))[0]!.uuid;
    },
    stop: async () => {
      for (const instance of opened) await instance.stop();
      for (const source of [owner, superuser]) await source.destroy();
      await empty.drop();
    },
  };
}

function instanceOn(dataSource: DataSource, options: ApiKeysOptions): Instance {
  const { master } = dataSource.driver as unknown as { master: Pool };
  let statements = 0;
  master.on('acquire', () => (statements += 1));
  const database = new Database(dataSource, {});
  const keys = new ApiKeys(database, options);
  return {
    dataSource,
    database,
    keys,
    statements: () => statements,
    stop: async () => {
      await keys.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    },
  };
}

function openSource(url: string, entities: Function[]): Promise<DataSource> {
  return new DataSource(dualIdDataSource({ url, entities })).initialize();
}
