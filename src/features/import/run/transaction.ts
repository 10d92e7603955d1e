import { DatabaseError } from 'pg';
import type { ClientBase } from 'pg';
import { plainSettings, setLocalSql } from '../../../core/data-source/plain-settings.js';
import { liftLimits } from '../../../core/data-source/job-session.js';
import { advisoryLock } from '../../../core/database/advisory-locks.js';
import { explainHiddenRows, seeEveryRow } from '../../../core/database/whole-tables.js';
import { ImportError } from '../plan/import-error.js';

/** The connection was lost at a commit, so that nobody knows yet whether it happened. */
export class UnsureCommit extends ImportError {}

/** Imports into one database take turns, table by table. */
const importLock = `SELECT pg_advisory_xact_lock(${advisoryLock('import').join(', ')})`;

/**
 * If the import and a request wait for each other, the import gives up, because a user waits for
 * the request. A server looks for a deadlock once a session has waited for `deadlock_timeout`:
 * the import waits for less than that and, where its role may set it, looks first.
 */
const yielding = [
  `SELECT set_config('lock_timeout', greatest(least(setting::int / 2, 500), 1)::text, true)
   FROM pg_settings WHERE name = 'deadlock_timeout'`,
  `SELECT set_config('deadlock_timeout', '50ms', true)
   WHERE has_parameter_privilege('deadlock_timeout', 'SET')`,
];

const transactionSettings = [
  // A time without an offset is UTC, and a checksum is over the text of values, whatever the
  // database or the role sets.
  setLocalSql(plainSettings),
  liftLimits,
  `SET LOCAL work_mem = '64MB'`,
  `SET LOCAL maintenance_work_mem = '128MB'`,
  // A server knows then within seconds that the importing process is gone, and lets the next in.
  `SELECT set_config('client_connection_check_interval', '2s', true)
   WHERE version() ~ 'linux'`,
  'SET LOCAL jit = off',
  // A history of the table gets one row for each statement instead of one for each row.
  `SELECT set_config('dual_id.bulk', 'on', true)`,
  // A hidden row would be a reference to nothing, or a duplicate that no check sees.
  seeEveryRow,
];

/**
 * Runs one step of an import in a transaction of its own, while no other import takes one. The
 * lock and the settings end with it, so that a pooler may give the next step another connection.
 */
export async function withTransaction<T>(client: ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    for (const setting of transactionSettings) await client.query(setting);
    await client.query(importLock);
    for (const setting of yielding) await client.query(setting);
    const result = await work();
    await commit(client);
    return result;
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await client.query('ROLLBACK').catch(() => undefined);
    throw await explainHiddenRows(error, async (sql) => (await client.query(sql)).rows);
  }
}

async function commit(client: ClientBase): Promise<void> {
  try {
    await client.query('COMMIT');
  } catch (cause) {
    if (cause instanceof DatabaseError) throw cause;
    throw new UnsureCommit(
      'The connection was lost while the server was finishing a table. Run the import again: it ' +
        'finds out whether that table is loaded, and goes on from there.',
      { cause },
    );
  }
}
