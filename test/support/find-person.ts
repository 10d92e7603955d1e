/** Runs a statement and returns its rows. */
export type Query = (sql: string) => Promise<Record<string, unknown>[]>;

/**
 * Every column of the database, in whatever schema, whose values have one of some words in them:
 * as text in whatever case, inside JSON, arrays and search words, and as bytes. The server's own
 * tables are looked into as well; its statistics only when asked, for nobody knows when it takes
 * them by itself. It needs a superuser.
 */
export async function columnsWith(
  query: Query,
  words: readonly string[],
  { statistics = false } = {},
): Promise<string[]> {
  const pattern = words.join('|');
  const tables = await query(columnsOfTables);
  const found: string[] = [];
  for (const { name, columns, texts } of tables as unknown as Table[]) {
    if (name.startsWith('pg_statistic') && !statistics) continue;
    const has = texts.map((text) => `bool_or(${text} ~* '${pattern}')`);
    const [row] = await query(`SELECT ARRAY[${has.join(', ')}] AS has FROM ${name}`);
    const seen = (row as { has: (boolean | null)[] }).has;
    found.push(...columns.filter((_, at) => seen[at]).map((column) => `${name}.${column}`));
  }
  return found.sort();
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The same as SQL that makes text of them. */
  readonly texts: readonly string[];
}

const columnsOfTables = `
  SELECT c.oid::regclass::text AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
    array_agg(CASE a.atttypid WHEN 'bytea'::regtype THEN format('encode(%I, ''escape'')', a.attname)
      ELSE format('%I::text', a.attname) END ORDER BY a.attnum) AS texts
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition AND NOT a.attisdropped
    AND c.relnamespace NOT IN ('information_schema'::regnamespace, 'pg_toast'::regnamespace)
  GROUP BY c.oid ORDER BY name`;
