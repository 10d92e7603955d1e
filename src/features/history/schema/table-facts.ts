import type { SchemaRunner } from '../../../core/schema/schema-runner.js';
import { quoteTable, quoteText } from '../../../core/sql/quoting.js';
import type { LoggedTable } from './history-table.js';

/** A column, and the row it refers to by a foreign key of its own. */
export interface ColumnFacts {
  readonly name: string;
  /** As `format_type` writes it, without the quotes that a session may want around every name. */
  readonly type: string;
  /** Whether it is computed when it is read, and null in every trigger. */
  readonly isVirtual: boolean;
  /** The table referred to, as SQL names it anywhere, or null. */
  readonly target: string | null;
  /** The column referred to, or null. */
  readonly targetKey: string | null;
  /** The platform type of the rows referred to, or null where they are not enrolled. */
  readonly targetType: number | null;
  /** Whether the table referred to has a column `uuid`. */
  readonly targetHasUuid: boolean;
}

/** What the log has to know of a table. */
export interface TableFacts {
  readonly schema: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly ColumnFacts[];
  /** The platform type of its own rows, or null. */
  readonly type: number | null;
  readonly isPartitioned: boolean;
}

/** Reads them from the catalog; undefined where there is no such table. */
export async function readTableFacts(
  runner: SchemaRunner,
  { table, schema }: LoggedTable,
): Promise<TableFacts | undefined> {
  const rows = (await runner.query(`
    SELECT n.nspname::text AS schema, c.relname::text AS "table",
      ARRAY(SELECT attname::text FROM pg_constraint k
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
        WHERE k.conrelid = c.oid AND k.contype = 'p'
        ORDER BY array_position(k.conkey, a.attnum)) AS key,
      ${platformTypeSql('c.oid')} AS type, c.relkind = 'p' AS "isPartitioned",
      (SELECT json_agg(json_build_object('name', a.attname,
          'type', replace(format_type(a.atttypid, a.atttypmod), '"', ''),
          'isVirtual', a.attgenerated = 'v', 'target', f.name, 'targetKey', f.key,
          'targetType', ${platformTypeSql('f.confrelid')},
          'targetHasUuid', EXISTS (SELECT FROM pg_attribute u WHERE u.attrelid = f.confrelid
            AND u.attname = 'uuid' AND u.atttypid = 'uuid'::regtype AND NOT u.attisdropped))
          ORDER BY a.attnum)
        FROM pg_attribute a LEFT JOIN LATERAL (${referenceOf('a')}) f ON true
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = to_regclass(${quoteText(quoteTable(table, schema))})
      AND c.relkind IN ('r', 'p')`)) as readonly TableFacts[];
  return rows[0];
}

/** The platform type is the default of its column; null without one. */
function platformTypeSql(relation: string): string {
  return `(SELECT substring(pg_get_expr(d.adbin, d.adrelid) FROM '\\d+')::integer
    FROM pg_attribute t JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (t.attrelid, t.attnum)
    WHERE t.attrelid = ${relation} AND t.attname = 'platform_type_id' AND NOT t.attisdropped)`;
}

/** The foreign key of one column alone; a link to a passport is none of these. */
function referenceOf(column: string): string {
  return `SELECT k.confrelid, t.attname::text AS key, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_constraint k
    JOIN pg_class c ON c.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = k.confkey[1]
    WHERE k.conrelid = ${column}.attrelid AND k.contype = 'f'
      AND k.conkey = ARRAY[${column}.attnum] LIMIT 1`;
}
