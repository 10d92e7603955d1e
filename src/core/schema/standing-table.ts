import { constraintName } from '../sql/constraint-name.js';
import { quoteText } from '../sql/quoting.js';
import { idGuard } from './identity-guard.js';
import type { SchemaRunner } from './schema-runner.js';
import type { DualIdTable } from './table-spec.js';
import { columnNames, quoted } from './table-spec.js';

/** A column as it stands before `addDualId` touches it. */
export interface StandingColumn {
  /** As `format_type` writes it, without the quotes that a session may want around every name. */
  readonly type: string;
  readonly isNullable: boolean;
  /** The default as SQL, or null. */
  readonly default: string | null;
  /** `a` generated always, `d` by default, empty without identity. */
  readonly identity: string;
  /** The sequence that belongs to the column, as SQL names it, or null. */
  readonly sequence: string | null;
}

/** A unique index of exactly one column that holds for every row, at once. */
export interface StandingUnique {
  readonly name: string;
  /** An index by itself has none. */
  readonly isConstraint: boolean;
  /** As `pg_get_indexdef` writes it. */
  readonly definition: string;
}

/** A table as it stands, as far as ids are concerned. */
export interface StandingTable {
  readonly id: StandingColumn | null;
  readonly uuid: StandingColumn | null;
  readonly hasType: boolean;
  /** The name of the primary key, or null. */
  readonly primaryKey: string | null;
  readonly unique: StandingUnique | null;
  readonly isPartitioned: boolean;
  /** An earlier call gave it its guard. */
  readonly isGuarded: boolean;
  /** What the guard's comment says, or null. */
  readonly comment: string | null;
}

/** Reads what stands of a table's ids, by what it is and not by its name. */
export async function readStanding(
  runner: SchemaRunner,
  spec: DualIdTable,
): Promise<StandingTable> {
  const table = `${quoteText(quoted(spec).table)}::regclass`;
  const { id, uuid } = columnNames(spec);
  const guard = `FROM pg_trigger WHERE tgrelid = c.oid
    AND tgname = ${quoteText(constraintName(spec.table, idGuard.early))}`;
  const rows = (await runner.query(`
    SELECT ${columnJson(id)} AS id, ${columnJson(uuid)} AS uuid,
      ${columnJson('platform_type_id')} IS NOT NULL AS "hasType",
      (SELECT conname::text FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')
        AS "primaryKey",
      (SELECT to_json(u) FROM (${uniqueOf('c.oid', constraintName(spec.table, 'uuid_uq'), uuid)}) u)
        AS unique,
      c.relkind = 'p' AS "isPartitioned", EXISTS (SELECT ${guard}) AS "isGuarded",
      (SELECT obj_description(oid, 'pg_trigger') ${guard}) AS comment
    FROM pg_class c WHERE c.oid = ${table}`)) as readonly StandingTable[];
  return rows[0]!;
}

/** Reads what holds a column unique and can be the constraint of a name; null where nothing does. */
export async function readUnique(
  runner: SchemaRunner,
  spec: Pick<DualIdTable, 'table' | 'schema'>,
  { name, column }: { readonly name: string; readonly column: string },
): Promise<StandingUnique | null> {
  const table = `${quoteText(quoted(spec).table)}::regclass`;
  const rows = (await runner.query(uniqueOf(table, name, column))) as readonly StandingUnique[];
  return rows[0] ?? null;
}

/**
 * The query for a unique index of one column that can be the constraint of a name; that constraint
 * itself comes first, then other constraints, then mere indexes. Those of partitioned tables cannot
 * become a constraint.
 */
function uniqueOf(table: string, name: string, column: string): string {
  return `SELECT i.relname::text AS name, k.oid IS NOT NULL AS "isConstraint",
      pg_get_indexdef(x.indexrelid) AS definition
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    LEFT JOIN pg_constraint k
      ON k.conindid = x.indexrelid AND k.conrelid = x.indrelid AND k.contype = 'u'
    WHERE x.indrelid = ${table} AND x.indisunique AND x.indisvalid AND x.indimmediate
      AND NOT x.indisprimary AND x.indpred IS NULL AND x.indnatts = 1 AND x.indoption[0] = 0
      AND x.indkey[0] = (SELECT attnum FROM pg_attribute WHERE attrelid = x.indrelid
        AND attname = ${quoteText(column)} AND NOT attisdropped)
      AND (k.oid IS NOT NULL OR i.relkind = 'i')
    ORDER BY i.relname = ${quoteText(name)} DESC,
      k.oid IS NULL, i.relname LIMIT 1`;
}

function columnJson(name: string): string {
  return `(SELECT json_build_object(
      'type', replace(format_type(a.atttypid, a.atttypmod), '"', ''),
      'isNullable', NOT a.attnotnull, 'default', pg_get_expr(e.adbin, e.adrelid),
      'identity', a.attidentity,
      'sequence', pg_get_serial_sequence(c.oid::regclass::text, a.attname))
    FROM pg_attribute a LEFT JOIN pg_attrdef e ON (e.adrelid, e.adnum) = (a.attrelid, a.attnum)
    WHERE a.attrelid = c.oid AND a.attname = ${quoteText(name)} AND NOT a.attisdropped)`;
}
