import { addDualId, addGuidId, dualIdDataSource, installDualId } from 'nest-dual-id';
import type { SchemaRunner } from 'nest-dual-id';
import { addHistory, installHistory } from 'nest-dual-id/history';
import type { HistoryTable } from 'nest-dual-id/history';
import { DataSource } from 'typeorm';
import { emptyDatabase } from '../../support/empty-database.js';
import { queryOutside } from '../../support/outside.js';
import { migratedFor, urlAs } from '../../support/roles.js';

/** A database with one table of each kind that can be logged. */
export interface Office {
  /** The address for a role that owns nothing. */
  readonly url: string;
  /** Runs SQL as that role. */
  sql<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs SQL as the owner of the tables and of the log. */
  asOwner<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs SQL as a superuser. */
  asSuperuser<Row = Record<string, unknown>>(text: string): Promise<Row[]>;
  /** A pool of the owner, for schema functions. */
  readonly owner: DataSource;
  stop(): Promise<void>;
}

/** What is logged of each table. */
export const logged: readonly HistoryTable[] = [
  { table: 'people', keep: 'rows', redact: ['password'], ignore: ['seen_at'] },
  { table: 'roles', keep: 'changes' },
  { table: 'person_roles', keep: 'rows', record: 'person_id', related: 'role_uuid' },
  { table: 'orders', keep: 'rows', tenant: 'tenant' },
  { table: 'order_items', keep: 'changes' },
  { table: 'notes', keep: 'ids' },
];

/** Opens the office; the log keeps what `tables` say. */
export async function openOffice(tables = logged): Promise<Office> {
  const empty = await emptyDatabase();
  const url = await migratedFor(empty.url, async (runner) => {
    await installDualId(runner);
    await makeTables(runner);
    await installHistory(runner);
    for (const table of tables) await addHistory(runner, table);
  });
  const open = (as: string) =>
    new DataSource(dualIdDataSource({ url: as, entities: [] })).initialize();
  const application = await open(url);
  const owner = await open(urlAs('owner', url));
  const superuser = await open(empty.url);
  return {
    url,
    owner,
    sql: (text, values = []) => queryOutside(application, text, [...values]),
    asOwner: (text, values = []) => queryOutside(owner, text, [...values]),
    asSuperuser: (text) => queryOutside(superuser, text),
    stop: async () => {
      for (const source of [application, owner, superuser]) await source.destroy();
      await empty.drop();
    },
  };
}

async function makeTables(runner: SchemaRunner): Promise<void> {
  await runner.query(
    'CREATE TABLE people (name text NOT NULL, password text, seen_at timestamptz)',
  );
  await addDualId(runner, { table: 'people', type: { id: 30, name: 'person' } });
  await runner.query('CREATE TABLE roles (name text NOT NULL)');
  await addGuidId(runner, { table: 'roles', type: { id: 32, name: 'role' } });
  await runner.query(`CREATE TABLE person_roles (
    person_id bigint REFERENCES people ON DELETE CASCADE,
    role_uuid uuid REFERENCES roles ON DELETE CASCADE, PRIMARY KEY (person_id, role_uuid))`);
  await runner.query(`CREATE TABLE orders (person_id bigint NOT NULL REFERENCES people ON DELETE
    CASCADE, tenant uuid, total numeric NOT NULL DEFAULT 0, placed_at timestamptz, lasts interval)`);
  await addDualId(runner, { table: 'orders', type: { id: 33, name: 'order' } });
  await runner.query(`CREATE TABLE order_items (order_id bigint REFERENCES orders ON DELETE CASCADE,
    line integer, quantity integer NOT NULL, PRIMARY KEY (order_id, line))`);
  await runner.query('CREATE TABLE notes (id integer PRIMARY KEY, moment text, actor text)');
}

/** A logged change as tests read it. */
export interface LoggedChange {
  readonly table: string;
  readonly operation: string;
  readonly record_id: string | null;
  readonly uuid: string | null;
  readonly related_uuid: string | null;
  readonly record_key: object | null;
  readonly actor: string | null;
  readonly tenant: string | null;
  readonly old: object | null;
  readonly new: object | null;
}

/** What was logged of a table, in the order of changes. */
export function changesOf(office: Office, table: string): Promise<LoggedChange[]> {
  return office.sql<LoggedChange>(
    `SELECT t.table_name AS "table", c.operation, c.record_id, c.uuid, c.related_uuid, c.record_key,
       c.actor, c.tenant, c.old, c.new
     FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)
     WHERE t.table_name = $1 ORDER BY c.change_id`,
    [table],
  );
}
