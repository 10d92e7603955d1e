import { quoteText } from '../sql/quoting.js';
import type { SchemaRunner } from './schema-runner.js';
import type { DualIdTable } from './table-spec.js';
import { columnNames, quoted } from './table-spec.js';

/**
 * The statements that make an `integer` key a bigint: the column, its sequence, and the foreign
 * keys of other tables that are as narrow.
 */
export async function wideningOf(runner: SchemaRunner, spec: DualIdTable): Promise<string[]> {
  const names = quoted(spec);
  const table = `${quoteText(names.table)}::regclass`;
  const id = quoteText(columnNames(spec).id);
  const rows = (await runner.query(`
    SELECT statement FROM (
      SELECT 1 AS place, 'ALTER TABLE ' || ${quoteText(names.table)} || ' ALTER COLUMN '
        || ${quoteText(names.id!)} || ' TYPE bigint;' AS statement
      UNION ALL SELECT 2, format('ALTER SEQUENCE %s AS bigint;', found.name)
        FROM pg_get_serial_sequence(${quoteText(names.table)}, ${id}) AS found (name)
        JOIN pg_attribute a ON a.attrelid = ${table} AND a.attname = ${id} AND a.attidentity = ''
        WHERE found.name IS NOT NULL
      UNION ALL SELECT 3, format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint;',
          k.conrelid::regclass, f.attname)
        FROM pg_constraint k
        CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS u (own, theirs)
        JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = u.theirs
        JOIN pg_attribute f ON f.attrelid = k.conrelid AND f.attnum = u.own
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = ${table}
          AND t.attname = ${id} AND f.atttypid IN ('int2'::regtype, 'int4'::regtype)
    ) AS steps GROUP BY place, statement ORDER BY place, statement`)) as readonly {
    readonly statement: string;
  }[];
  return rows.map(({ statement }) => statement);
}
