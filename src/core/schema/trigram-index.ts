/** An index of trigrams of a column: part of a table of `dual_id`, or all of it. */
export interface TrigramIndex {
  readonly name: string;
  readonly table: string;
  readonly column: string;
  readonly where?: string;
}

/** Creates it; the extension may live in any schema, for the application may have installed it. */
export function trigramIndexUp({ name, table, column, where }: TrigramIndex): string {
  const rows = where === undefined ? '' : ` WHERE ${where.replaceAll("'", "''")}`;
  return `DO $do$ BEGIN
    EXECUTE format(
      'CREATE INDEX ${name} ON dual_id.${table}
         USING gin (${column} %I.gin_trgm_ops) WITH (fastupdate = off)${rows}',
      (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = 'pg_trgm'));
  END $do$`;
}
