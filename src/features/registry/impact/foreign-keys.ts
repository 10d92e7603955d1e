import { Inject, Injectable } from '@nestjs/common';
import { Database } from '../../../core/database/database.js';
import { statement } from '../../../core/database/statement.js';

/** A foreign key from the catalog; names are quoted where they are SQL. */
export interface ForeignKeyFact {
  readonly table: string;
  readonly tableName: string;
  readonly schemaName: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
  readonly pointsAtPassports: boolean;
  /**
   * `pg_constraint.confdeltype`: a and r block the delete, c cascades, n and d clear the column.
   */
  readonly onDelete: string;
  /** Whether the columns are the primary key of their table. */
  readonly isPrimary: boolean;
  /** The platform type of the table's rows; null for a table that is not enrolled. */
  readonly type: number | null;
}

/** An enrolled table and the column with its rows' public ids. */
export interface EnrolledTable {
  readonly table: string;
  readonly uuidColumn: string;
  readonly type: number;
}

/** What refers to what, according to the database itself. */
export interface ForeignKeys {
  readonly enrolled: ReadonlyMap<string, EnrolledTable>;
  /** Every foreign key of the application except a table's key to its own passports. */
  readonly references: readonly ForeignKeyFact[];
}

/**
 * Reads the foreign keys from the database catalog, so that nothing has to be declared twice and
 * tables that no entity maps count as well. The query takes a few milliseconds and runs each time,
 * because a migration may have changed the keys.
 */
@Injectable()
export class ForeignKeyReader {
  constructor(@Inject(Database) private readonly database: Database) {}

  async read(): Promise<ForeignKeys> {
    const rows = await this.database.rows(everyForeignKey);
    const facts = rows.map(([fact]) => fact as ForeignKeyFact);
    const own = facts.filter(isOwnPassportKey);
    const enrolled = own.map(({ table, columns, targetColumns, type }) => ({
      table,
      uuidColumn: columns[targetColumns.indexOf('uuid')]!,
      type: type!,
    }));
    return {
      enrolled: new Map(enrolled.map((table) => [table.table, table])),
      references: facts.filter((fact) => !own.includes(fact)),
    };
  }
}

/** A row's key to its own passport: with its type and id, or the uuid alone if that is the key. */
function isOwnPassportKey({ pointsAtPassports, targetColumns, isPrimary, type }: ForeignKeyFact) {
  if (!pointsAtPassports || type === null || !targetColumns.includes('uuid')) return false;
  return targetColumns.includes('entity_id') || (targetColumns.length === 1 && isPrimary);
}

const keyColumnsSql = (table: string, key: string) => `(
  SELECT json_agg(a.attname ORDER BY u.at) FROM unnest(k.${key}) WITH ORDINALITY AS u (number, at)
  JOIN pg_attribute a ON a.attrelid = k.${table} AND a.attnum = u.number)`;

/** Leaves out keys that partitions inherit; the parent's key represents them. */
const everyForeignKey = statement(
  `SELECT json_build_object(
     'table', format('%I.%I', n.nspname, c.relname),
     'tableName', c.relname, 'schemaName', n.nspname,
     'columns', ${keyColumnsSql('conrelid', 'conkey')},
     'target', format('%I.%I', m.nspname, f.relname),
     'targetColumns', ${keyColumnsSql('confrelid', 'confkey')},
     'pointsAtPassports', k.confrelid = 'dual_id.passports'::regclass,
     'onDelete', k.confdeltype,
     'isPrimary', EXISTS (SELECT FROM pg_constraint p
       WHERE p.conrelid = k.conrelid AND p.contype = 'p' AND p.conkey = k.conkey),
     'type', (SELECT substring(pg_get_expr(d.adbin, d.adrelid) FROM '\\d+')::int
       FROM pg_attribute a JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
       WHERE a.attrelid = k.conrelid AND a.attname = 'platform_type_id'))
   FROM pg_constraint k
   JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace m ON m.oid = f.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 AND n.nspname <> 'dual_id'
   ORDER BY n.nspname, c.relname, k.conname`,
);
