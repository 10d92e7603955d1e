import { runSql } from '../support/empty-database.js';

/** Every row of every table and the state of every sequence, as one line each. */
export async function contentsOf(url: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const { name, kind } of await runSql<{ name: string; kind: string }>(url, relations)) {
    const columns = kind === 'S' ? '(t.last_value, t.is_called)' : 't';
    const [row] = await runSql<{ sum: string }>(
      url,
      `SELECT count(*) || ' ' || md5(coalesce(string_agg(${columns}::text, ',' ORDER BY ${columns}::text), ''))
         AS sum FROM ${name} t`,
    );
    contents[name] = row!.sum;
  }
  return contents;
}

const relations = `SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind AS kind
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname IN ('public', 'dual_id') AND c.relkind IN ('r', 'S') ORDER BY 1`;
