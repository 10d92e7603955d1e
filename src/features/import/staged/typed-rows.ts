import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { BoundColumn } from '../plan/bound-column.js';
import { isField } from '../plan/bound-column.js';
import { isFileColumn, isReference, referencedColumn } from '../plan/entry-columns.js';
import { typedFieldSql } from '../plan/field-checks.js';
import type { ImportColumn, ValueColumn } from '../plan/import-plan.js';
import { tableSql } from '../plan/target-table.js';
import type { FileImport } from '../source/file-import.js';

/** The table of readable rows: typed as the target is, with their line and, later, a reason. */
export const rowsTable = 'pg_temp.dual_id_rows';

/** The table of raw records: line, reason, raw text, and a text column for every field. */
export const stagedTable = 'pg_temp.dual_id_staged';

/** Lines of a file, from the first to the last. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** The statement that types every record without a problem, or makes an empty table for them. */
export function createRows(columns: readonly BoundColumn[], data: 'DATA' | 'NO DATA'): string {
  return `CREATE TEMP TABLE dual_id_rows ON COMMIT DROP AS ${selectRows(columns)} WITH ${data}`;
}

/** The statement that types the records of some lines only. */
export function appendRows(columns: readonly BoundColumn[], lines: Lines): string {
  return `INSERT INTO ${rowsTable} ${selectRows(columns, lines)}`;
}

/**
 * Casts stand in the target list of a scan, which PostgreSQL evaluates only for rows that passed
 * the filter.
 */
function selectRows(columns: readonly BoundColumn[], lines?: Lines): string {
  const fields = columns.filter(isField);
  const typed = fields.map(
    (column) => `${typedFieldSql(column)} AS ${quoteIdentifier(column.target.name)}`,
  );
  const values = columns.map((column) => {
    const { name, type } = column.target;
    return `(${rowValue(column)})::${type} AS ${quoteIdentifier(name)}`;
  });
  const within = lines ? ` AND "$line" BETWEEN ${lines.from} AND ${lines.to}` : '';
  return `SELECT imported."$line", NULL::text AS "$reason", ${values.join(', ')}
    FROM (SELECT "$line", ${typed.join(', ')} FROM ${stagedTable}
      WHERE "$reason" IS NULL${within}) imported
    ${lookupJoins(columns).join(' ')}`;
}

/** A query for the ids of the records that were not rejected; undefined without an id. */
export function acceptedIds({ columns }: Pick<FileImport, 'columns'>): string | undefined {
  const id = columns.filter(isField).find(({ source }) => source.type === 'id');
  if (!id) return undefined;
  return `SELECT ${typedFieldSql(id)} AS id FROM ${stagedTable} s WHERE "$reason" IS NULL
    AND NOT EXISTS (SELECT FROM ${rowsTable} r WHERE r."$line" = s."$line" AND r."$reason" IS NOT NULL)`;
}

/** SQL of a value no file holds. A row's file columns are `imported.<column>`. */
export function valueSql(value: ValueColumn): string {
  if ('sql' in value) return value.sql;
  if ('slugOf' in value) return slugSql(`imported.${quoteIdentifier(value.slugOf)}`);
  if ('lookup' in value) return `${lookupAlias(value.through)}.${quoteIdentifier(value.lookup)}`;
  if ('previous' in value) return 'NULL';
  return value.constant === null ? 'NULL' : quoteText(String(value.constant));
}

/** Exactly what `slugOf` makes of a name. */
function slugSql(name: string): string {
  return `trim(BOTH '-' FROM
    regexp_replace(lower(regexp_replace(normalize(${name}, NFKD), U&'[\\0300-\\036f]', '', 'g')),
      '[^a-z0-9]+', '-', 'g'))`;
}

function rowValue({ target, source, staged }: BoundColumn): string {
  if (!isFileColumn(source)) return valueSql(source);
  const field = `imported.${quoteIdentifier(target.name)}`;
  if (staged === undefined) return source.otherwise ?? 'NULL';
  return source.otherwise === undefined ? field : `coalesce(${field}, ${source.otherwise})`;
}

function lookupJoins(columns: readonly BoundColumn[]): string[] {
  const bySource = new Map<string, ImportColumn>(
    columns.map(({ target, source }) => [target.name, source]),
  );
  const through = new Set(
    columns.flatMap(({ source }) => ('through' in source ? [source.through] : [])),
  );
  return [...through].flatMap((name) => {
    const source = bySource.get(name);
    if (!source || !isReference(source)) return [];
    const alias = lookupAlias(name);
    const column = quoteIdentifier(referencedColumn(source));
    return [
      `LEFT JOIN ${tableSql(source.to)} ${alias}
         ON ${alias}.${column} = imported.${quoteIdentifier(name)}`,
    ];
  });
}

function lookupAlias(through: string): string {
  return quoteIdentifier(`through ${through}`);
}
