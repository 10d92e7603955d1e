import type { Pool } from 'pg';
import { quoteTable } from '../../../core/sql/quoting.js';
import type { Lists, ListStore, ListTransaction } from './checked-feed.js';

/** The table with the columns `name text` and `items bigint[]`. */
export interface ListTable {
  readonly table: string;
  readonly schema?: string;
}

/**
 * Lists in a table of PostgreSQL: its rows, as they are when this is called, are the records, by
 * their `name`. Numbers are appended to the array `items`.
 */
export async function postgresLists(pool: Pool, spec: ListTable): Promise<ListStore> {
  const table = quoteTable(spec.table, spec.schema);
  const read = async (): Promise<Lists> => {
    const text = `SELECT name, items::text[] AS items FROM ${table} ORDER BY name`;
    const { rows } = await pool.query<{ name: string; items: string[] }>(text);
    return new Map(rows.map(({ name, items }) => [name, items.map(Number)]));
  };
  const records = [...(await read()).keys()];
  return { records, read, begin: () => beginTransaction(pool, table) };
}

async function beginTransaction(pool: Pool, table: string): Promise<ListTransaction> {
  const client = await pool.connect();
  await client.query('BEGIN');
  const end = async (command: string) => {
    try {
      await client.query(command);
    } finally {
      client.release();
    }
  };
  return {
    append: async (record, value) => {
      const text = `UPDATE ${table} SET items = items || $2::bigint WHERE name = $1`;
      await client.query(text, [record, value]);
    },
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
  };
}
