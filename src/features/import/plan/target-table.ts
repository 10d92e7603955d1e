import type { ClientBase } from 'pg';
import { quoteIdentifier, quoteTable } from '../../../core/sql/quoting.js';
import { ImportError } from './import-error.js';

/** The type of a column or of an array's elements. */
export interface TargetColumnType {
  /** As SQL writes it: `numeric(12,2)`. */
  readonly type: string;
  /** The same, and for a domain the type it is made of. */
  readonly base: string;
  /** PostgreSQL's letter for the kind of type: N for numbers, S for texts. */
  readonly category: string;
  /** The values of an enum type, otherwise null. */
  readonly labels: string[] | null;
  /** The type of an array's elements, otherwise null. */
  readonly element: Omit<TargetColumnType, 'element'> | null;
}

/** A column of the table that is filled. */
export interface TargetColumn extends TargetColumnType {
  readonly name: string;
  readonly required: boolean;
  readonly has_default: boolean;
  /** The default as SQL; null without one, and for an identity. */
  readonly default_sql: string | null;
}

/** A unique index: no two rows have the same keys. */
export interface UniqueRule {
  readonly name: string;
  /** Columns and expressions, as SQL. */
  readonly keys: readonly string[];
  /** The condition of a partial index, otherwise null. */
  readonly predicate: string | null;
  /** Every column the index looks at. */
  readonly columns: readonly string[];
}

/** A CHECK constraint. */
export interface CheckRule {
  readonly name: string;
  readonly expression: string;
  readonly columns: readonly string[];
}

/** What the database itself knows of a table: its rules are checked before rows meet them. */
export interface TargetTable {
  /** As the plan names it. */
  readonly name: string;
  /** Quoted for SQL. */
  readonly sql: string;
  readonly columns: ReadonlyMap<string, TargetColumn>;
  readonly unique: readonly UniqueRule[];
  readonly checks: readonly CheckRule[];
}

/** A table's name as the plan writes it, quoted for SQL. */
export function tableSql(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? quoteTable(name) : quoteTable(name.slice(dot + 1), name.slice(0, dot));
}

/** Reads a table from the catalog. Throws an `ImportError` when there is none. */
export async function readTarget(client: ClientBase, name: string): Promise<TargetTable> {
  const sql = tableSql(name);
  const found = await client.query<{ oid: number | null }>('SELECT to_regclass($1)::oid AS oid', [
    sql,
  ]);
  const oid = found.rows[0]?.oid;
  if (oid === null || oid === undefined) {
    throw new ImportError(`There is no table ${name}. Run \`dual-id migrate\` first.`);
  }
  const columns = await client.query<TargetColumn>(columnsQuery, [oid]);
  const unique = await client.query<UniqueRule>(uniqueQuery, [oid]);
  const checks = await client.query<CheckRule>(checksQuery, [oid]);
  return {
    name,
    sql,
    columns: new Map(columns.rows.map((column) => [column.name, column])),
    unique: unique.rows,
    checks: checks.rows,
  };
}

/** A list of column names, quoted for SQL, each with a prefix such as `r.`. */
export function columnList(names: readonly string[], prefix = ''): string {
  return names.map((name) => `${prefix}${quoteIdentifier(name)}`).join(', ');
}

const enumLabelsSql = (
  type: string,
) => `(SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
  FROM pg_enum e WHERE e.enumtypid = ${type})`;

/** A type and its modifier as `base`, which is what a domain is made of. */
const baseOf = (type: string, modifier: string) => `CROSS JOIN LATERAL (
    WITH RECURSIVE step AS (
      SELECT ${type} AS type, ${modifier} AS modifier
      UNION ALL SELECT d.typbasetype, d.typtypmod
      FROM step JOIN pg_type d ON d.oid = step.type WHERE d.typtype = 'd')
    SELECT step.type, step.modifier FROM step
    JOIN pg_type d ON d.oid = step.type WHERE d.typtype <> 'd') base`;

// A modifier, such as a length, is that of an array's elements, unless a domain has its own.
const columnsQuery = `
  SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    format_type(base.type, base.modifier) AS base, t.typcategory::text AS category,
    a.attnotnull AS required, a.atthasdef OR a.attidentity <> '' AS has_default,
    (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d
     WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) AS default_sql,
    ${enumLabelsSql('base.type')} AS labels, array_element.described AS element
  FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  ${baseOf('a.atttypid', 'a.atttypmod')}
  LEFT JOIN LATERAL (
    SELECT json_build_object('type', format_type(e.oid, list.modifier),
      'base', format_type(base.type, base.modifier), 'category', e.typcategory,
      'labels', ${enumLabelsSql('base.type')}) AS described
    FROM (SELECT base.type, base.modifier) list JOIN pg_type l ON l.oid = list.type
    JOIN pg_type e ON e.oid = l.typelem
    ${baseOf('e.oid', 'list.modifier')}
    WHERE l.typcategory = 'A') array_element ON true
  WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`;

// An index on an expression depends on the columns the expression reads.
const uniqueQuery = `
  SELECT c.relname AS name, pg_get_expr(i.indpred, i.indrelid) AS predicate,
    ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true)
          FROM generate_series(1, i.indnkeyatts) k) AS keys,
    ARRAY(SELECT a.attname::text FROM pg_attribute a
          WHERE a.attrelid = i.indrelid AND a.attnum > 0
            AND (a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
                 OR a.attnum IN (SELECT d.refobjsubid FROM pg_depend d
                   WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                     AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid)))
      AS columns
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  WHERE i.indrelid = $1 AND i.indisunique
  ORDER BY i.indisprimary DESC, c.relname`;

const checksQuery = `
  SELECT k.conname AS name, pg_get_expr(k.conbin, k.conrelid) AS expression,
    ARRAY(SELECT a.attname::text FROM pg_attribute a
          WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)) AS columns
  FROM pg_constraint k WHERE k.conrelid = $1 AND k.contype = 'c' ORDER BY k.conname`;
