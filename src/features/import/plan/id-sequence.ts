import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import { idColumnOf } from './entry-columns.js';
import type { ImportFile } from './import-plan.js';
import { tableSql } from './target-table.js';

/**
 * Moves the start of an entry's new ids behind its historical ones, and never back: behind those of
 * the table, and behind the highest that is about to be inserted. Before the first row is inserted
 * the import holds nothing that a writer waits for, so it can safely wait for the lock under which
 * it reads them; and no writer is given an id that the import is about to use.
 */
export async function advanceIds(
  client: ClientBase,
  entry: ImportFile,
  highest?: string | null,
): Promise<void> {
  const id = idColumnOf(entry);
  if (id === undefined) return;
  const start = [BigInt(entry.startWith ?? 1), BigInt(highest ?? 0) + 1n];
  const wanted = String(start[0]! > start[1]! ? start[0]! : start[1]!);
  if (await isAdvanced(client, { table: entry.table, id, wanted })) return;
  const table = quoteText(tableSql(entry.table));
  // A sequence does not go back with its transaction, and the lock goes with the savepoint.
  await client.query('SAVEPOINT id_sequence');
  await client.query(`SELECT dual_id.advance_sequence(${table}, ${quoteText(id)}, ${wanted})`);
  await client.query('ROLLBACK TO SAVEPOINT id_sequence');
  await client.query('RELEASE SAVEPOINT id_sequence');
}

interface SequenceGoal {
  readonly table: string;
  readonly id: string;
  /** The next id, at least. */
  readonly wanted: string;
}

/** Whether the next id lies behind all ids, seen without a lock, or there is no sequence. */
async function isAdvanced(
  client: ClientBase,
  { table, id, wanted }: SequenceGoal,
): Promise<boolean> {
  const sql = tableSql(table);
  const found = await client.query<{ sequence: string | null }>(
    `SELECT pg_get_serial_sequence(${quoteText(sql)}, ${quoteText(id)}) AS sequence`,
  );
  const sequence = found.rows[0]?.sequence ?? null;
  if (sequence === null) return true;
  const { rows } = await client.query<{ is_there: boolean }>(
    `SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END >= greatest(${wanted},
       (SELECT coalesce(max(${quoteIdentifier(id)}), 0) + 1 FROM ${sql})) AS is_there
     FROM ${sequence}`,
  );
  return rows[0]?.is_there ?? false;
}
