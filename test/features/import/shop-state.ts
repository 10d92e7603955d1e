import type { Workbench } from './workbench.js';

const enrolled = ['products', 'users', 'orders'];
const numbered = ['departments', 'aisles', ...enrolled];
const ownSchemas = `'public'::regnamespace, 'dual_id'::regnamespace`;
const tables = [...numbered, 'order_items', 'order_status_history'];

/** Whoever answers a query with its only value. */
type Asked = Pick<Workbench, 'value'>;

/** Every row of every table, without public ids, times of the import and generated ids. */
export async function stateOf({ value }: Asked): Promise<Record<string, unknown>> {
  const state: Record<string, unknown> = {};
  for (const table of tables) {
    const left = table === 'order_status_history' ? `'id'` : `'uuid', 'created_at', 'updated_at'`;
    state[table] = await value(`SELECT md5(string_agg(row, ',' ORDER BY row)) || count(*)
      FROM (SELECT (to_jsonb(t) - ARRAY[${left}])::text AS row FROM ${table} t) r`);
  }
  state['passports'] = await value(`SELECT md5(string_agg(row, ',' ORDER BY row)) || count(*)
    FROM (SELECT (to_jsonb(p) - ARRAY['id', 'uuid', 'created_at', 'updated_at'])::text AS row
      FROM dual_id.passports p) r`);
  state['keys'] = await value(`SELECT md5(string_agg(key, ',' ORDER BY key)) || count(*) FROM (
    SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated AS key
    FROM pg_constraint WHERE connamespace IN (${ownSchemas})
    UNION ALL SELECT pg_get_indexdef(indexrelid) || indisvalid
    FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace IN (${ownSchemas})) k`);
  for (const table of numbered) {
    state[`${table}_id_seq`] = await value(
      `SELECT to_jsonb(s)::text FROM (SELECT last_value, is_called FROM ${table}_id_seq) s`,
    );
  }
  return state;
}

/** The public ids of each table, as one text. */
export async function publicIdsOf({ value }: Asked): Promise<Record<string, unknown>> {
  const ids: Record<string, unknown> = {};
  for (const table of enrolled) {
    ids[table] = await value(
      `SELECT md5(string_agg(id || ':' || uuid, ',' ORDER BY id)) FROM ${table}`,
    );
  }
  return ids;
}
