import type { PoolClient } from 'pg';
import type { Use } from '../data-source/lanes.js';
import type { ConnectionSettings, DatabaseLimits } from '../data-source/limits.js';
import { plainTransactionSettings } from '../data-source/plain-settings.js';
import type { Row } from './row.js';
import type { Statement } from './statement.js';
import { statement } from './statement.js';

/** Settings of PostgreSQL by name, such as `app.tenant`. */
export type Settings = Readonly<Record<string, string>>;

interface RowsReader {
  rows(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]>;
}

/** Applies each setting for the rest of the transaction, and returns the previous values. */
export async function applySettings(database: RowsReader, settings: Settings): Promise<Settings> {
  const parameters = [Object.keys(settings), Object.values(settings)];
  const rows = await database.rows(swapSettings, parameters);
  return Object.fromEntries(rows.map(([name, old]) => [name as string, old as string]));
}

/** Applies settings on a connection for the rest of its transaction. */
export function setLocally(
  connection: Pick<PoolClient, 'query'>,
  settings: Settings,
): Promise<unknown> {
  const values = [Object.keys(settings), Object.values(settings)];
  return connection.query(
    'SELECT set_config(name, value, true) FROM unnest($1::text[], $2::text[]) AS s (name, value)',
    values,
  );
}

/** Runs work in the running transaction under settings, which are restored after it. */
export async function underSettings<T>(
  database: RowsReader,
  settings: Settings,
  work: () => Promise<T>,
): Promise<T> {
  const before = await applySettings(database, settings);
  const result = await work();
  await applySettings(database, before);
  return result;
}

const swapSettings = statement(
  `WITH before AS MATERIALIZED (
     SELECT name, value, current_setting(name, true) AS old
     FROM unnest($1::text[], $2::text[]) AS setting (name, value))
   SELECT name, coalesce(old, ''), set_config(name, value, true) FROM before`,
  'write',
);

/** The limits enforced by the server, as its settings. */
export function settingsOfLimits(limits: DatabaseLimits): Settings {
  const { statement: perStatement, lock, idleInTransaction } = limits;
  const named = {
    statement_timeout: perStatement,
    lock_timeout: lock,
    idle_in_transaction_session_timeout: idleInTransaction,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, milliseconds]) =>
      milliseconds === undefined ? [] : [[name, String(milliseconds)]],
    ),
  );
}

/**
 * The settings a transaction for a use begins with. A pooler takes no settings at the start of a
 * connection, and a search has less time than other statements.
 */
export function settingsOfStart({ mode, limits }: ConnectionSettings, use: Use): Settings {
  const ofMode =
    mode === 'direct' ? {} : { ...plainTransactionSettings(), ...settingsOfLimits(limits) };
  const isShorter = limits.statement === 0 || limits.search < limits.statement;
  if (use !== 'search' || limits.search === 0 || !isShorter) return ofMode;
  return { ...ofMode, ...settingsOfLimits({ statement: limits.search }) };
}
