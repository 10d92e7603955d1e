import { quoteIdentifier, quoteTable } from '../../../core/sql/quoting.js';
import type { QueryFunction, TestedDatabase } from '../database-query.js';
import { querying } from '../database-query.js';
import { Canaries } from './canaries.js';
import type { CanaryRange, SequenceColumn } from './canary-range.js';
import { canaryRange, settledRange } from './canary-range.js';

/**
 * Moves every sequence of the database, including those of the registry and of lookup data, to its
 * own range, and never back. Rows written from now on have ids that the returned canaries
 * recognize; existing rows keep theirs, so plant canaries first and write a test's data afterwards.
 */
export async function plantCanaries(database: TestedDatabase): Promise<Canaries> {
  return querying(database, async (query) => {
    const nth = { bigint: 0, integer: 0 };
    const ranges: CanaryRange[] = [];
    for (const column of await query<SequenceColumn>(sequenceColumns)) {
      const planned = canaryRange(column, nth[column.type]++);
      ranges.push(settledRange(column, planned, await advance(query, column, planned.first)));
    }
    return new Canaries(ranges);
  });
}

/** The newest canary of every table that has one: real ids, to be sent where a UUID is expected. */
export async function newestCanaries(
  database: TestedDatabase,
  canaries: Canaries,
): Promise<readonly string[]> {
  return querying(database, async (query) => {
    const ids: string[] = [];
    for (const { schema, table, column } of await query<SequenceColumn>(sequenceColumns)) {
      const sql = `SELECT max(${quoteIdentifier(column)})::text AS id FROM ${quoteTable(table, schema)}`;
      const [newest] = await query<{ id: string | null }>(sql);
      if (newest?.id && canaries.rangeOf(BigInt(newest.id))) ids.push(newest.id);
    }
    return ids;
  });
}

/**
 * Columns with ids that are not canaries: in rows that existed before, or of a type too small for a
 * range. In a text they look like any other number.
 */
export async function unmarkedColumns(
  database: TestedDatabase,
  canaries: Canaries,
): Promise<readonly string[]> {
  return querying(database, async (query) => {
    const unmarked: string[] = [];
    for (const { schema, table, column } of await query<SequenceColumn>(everySequence)) {
      const name = schema === 'public' ? table : `${schema}.${table}`;
      const range = canaries.ranges.find((each) => each.table === name && each.column === column);
      const otherRowsSql = range ? `${quoteIdentifier(column)} < ${range.first}` : 'true';
      const sql = `SELECT FROM ${quoteTable(table, schema)} WHERE ${otherRowsSql} LIMIT 1`;
      if ((await query(sql)).length > 0) unmarked.push(`${name}.${column}`);
    }
    return unmarked;
  });
}

async function advance(query: QueryFunction, of: SequenceColumn, first: bigint): Promise<bigint> {
  const [row] = await query<{ next: string }>(
    'SELECT dual_id.advance_sequence($1::regclass, $2, $3::bigint)::text AS next',
    [quoteTable(of.table, of.schema), of.column, `${first}`],
  );
  return BigInt(row!.next);
}

/** Identity and serial columns alike; a smallint has no room for its own range. */
const columnsOf = (types: string) => `
  SELECT n.nspname AS schema, c.relname AS table, a.attname AS column,
         format_type(a.atttypid, NULL) AS type
  FROM pg_depend d
  JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
    AND d.deptype IN ('a', 'i') AND NOT starts_with(n.nspname, 'pg_')
    AND a.atttypid IN (${types})
  ORDER BY n.nspname, c.relname, a.attnum`;

const sequenceColumns = columnsOf(`'integer'::regtype, 'bigint'::regtype`);
const everySequence = columnsOf(`'smallint'::regtype, 'integer'::regtype, 'bigint'::regtype`);
