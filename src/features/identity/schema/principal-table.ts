import { problem } from '../../../core/errors/problem.js';
import type { SchemaRunner } from '../../../core/schema/schema-runner.js';
import { quoteIdentifier, quoteTable, quoteText } from '../../../core/sql/quoting.js';

/** The table of the people and service accounts that may have rights. */
export interface PrincipalTable {
  readonly table: string;
  /** Schema of the table; found by the search path by default. */
  readonly schema?: string;
}

/** The same as the catalog knows it. */
export interface KnownPrincipals {
  /** The table as SQL names it, with its schema. */
  readonly table: string;
  /** Its key, quoted. */
  readonly key: string;
  /** Its platform type. */
  readonly type: number;
}

/** Finds the table of the principals; refuses one that has not both ids and a platform type. */
export async function readPrincipals(
  runner: SchemaRunner,
  { table, schema }: PrincipalTable,
): Promise<KnownPrincipals> {
  const name = quoteTable(table, schema);
  const [found] = (await runner.query(`
    SELECT n.nspname::text AS schema, a.attname::text AS key,
      (SELECT substring(pg_get_expr(d.adbin, d.adrelid) FROM '\\d+')::integer
       FROM pg_attribute t JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (t.attrelid, t.attnum)
       WHERE t.attrelid = c.oid AND t.attname = 'platform_type_id') AS type
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' AND cardinality(k.conkey) = 1
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
      AND a.atttypid = 'bigint'::regtype
    WHERE c.oid = to_regclass(${quoteText(name)})`)) as readonly {
    readonly schema: string;
    readonly key: string;
    readonly type: number | null;
  }[];
  if (found && found.type !== null) {
    const { key, type } = found;
    return { table: quoteTable(table, found.schema), key: quoteIdentifier(key), type };
  }
  throw problem('setup_refused', {
    detail: `The principals of installIdentity need a table with both ids and a platform type, and ${name} is none. Call addDualId(runner, { table: '${table}', type: { id: ..., name: ... } }) in a migration before this call.`,
  });
}
