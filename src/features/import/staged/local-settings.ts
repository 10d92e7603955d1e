import type { ClientBase } from 'pg';
import type { FileImport } from '../source/file-import.js';

/** Settings of the entry hold for its own rows only. */
export async function withSettings<T>(
  { client, entry }: FileImport,
  work: () => Promise<T>,
): Promise<T> {
  const names = Object.keys(entry.settings ?? {});
  for (const name of names) await setLocal(client, name, entry.settings?.[name] ?? '');
  const result = await work();
  for (const name of names) await setLocal(client, name, '');
  return result;
}

async function setLocal(client: ClientBase, name: string, value: string): Promise<void> {
  await client.query('SELECT set_config($1, $2, true)', [name, value]);
}

/** Analyzes the table for the planner, however long another ANALYZE or VACUUM of it takes. */
export async function analyze({ client, target, lockWait }: FileImport): Promise<void> {
  const { rows } = await client.query<{ limit: string }>(
    `SELECT current_setting('lock_timeout') AS limit`,
  );
  await setLocal(client, 'lock_timeout', String(lockWait));
  await client.query(`ANALYZE ${target.sql}`);
  await setLocal(client, 'lock_timeout', rows[0]?.limit ?? '0');
}
