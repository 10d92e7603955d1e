import { constraintName } from '../sql/constraint-name.js';
import { dollarQuoted, quoteIdentifier, quoteText } from '../sql/quoting.js';
import { guardColumns, idGuard } from './identity-guard.js';
import type { StandingUnique } from './standing-table.js';
import type { DualIdTable, QuotedTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** Adds a constraint unless one of its name stands already. */
export function addConstraint(spec: DualIdTable, suffix: string, definition: string): string {
  const { table } = quoted(spec);
  const name = constraintName(spec.table, suffix);
  return `DO ${dollarQuoted(`BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint
                   WHERE conrelid = ${quoteText(table)}::regclass AND conname = ${quoteText(name)}) THEN
      ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition};
    END IF;
  END`)}`;
}

/**
 * Makes a column the primary key. A key of this column that stands already is what is needed, and
 * takes the name that the entity maps; any other is refused, for foreign keys may rest on it.
 */
export function primaryKey(spec: DualIdTable, column: string): string {
  const { table } = quoted(spec);
  const name = constraintName(spec.table, 'pk');
  return `DO ${dollarQuoted(`DECLARE
      standing record;
    BEGIN
      SELECT conname, condeferrable, ARRAY(SELECT attname::text FROM pg_attribute
          WHERE attrelid = conrelid AND attnum = ANY (conkey)
          ORDER BY array_position(conkey, attnum)) AS columns
        INTO standing FROM pg_constraint
        WHERE conrelid = ${quoteText(table)}::regclass AND contype = 'p';
      IF NOT FOUND THEN
        ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(name)} PRIMARY KEY (${quoteIdentifier(column)});
      ELSIF standing.columns <> ARRAY[${quoteText(column)}] OR standing.condeferrable THEN
        RAISE EXCEPTION 'the primary key % of % is not what is needed: (%)%', standing.conname,
            ${quoteText(table)}, array_to_string(standing.columns, ', '),
            CASE WHEN standing.condeferrable THEN ' DEFERRABLE' ELSE '' END
          USING ERRCODE = 'invalid_table_definition', HINT = ${quoteText(hintFor(column))};
      ELSIF standing.conname <> ${quoteText(name)} THEN
        EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', ${quoteText(table)},
          standing.conname, ${quoteText(name)});
      END IF;
    END`)}`;
}

function hintFor(column: string): string {
  return `Make it PRIMARY KEY (${column}), not deferrable, in the migration before this call, or name its column in \`columns\`.`;
}

/** Makes public ids unique. */
export function uniqueUuid(
  spec: DualIdTable,
  { uuid }: QuotedTable,
  standing: StandingUnique | null,
): string[] {
  return uniqueColumn(
    spec,
    { name: constraintName(spec.table, 'uuid_uq'), column: uuid },
    standing,
  );
}

/** Makes a column unique. What holds it so already takes the name that the entity maps. */
export function uniqueColumn(
  spec: Pick<DualIdTable, 'table' | 'schema'>,
  { name, column }: { readonly name: string; readonly column: string },
  standing: StandingUnique | null,
): string[] {
  const change = `ALTER TABLE ${quoted(spec).table}`;
  const add = `${change} ADD CONSTRAINT ${quoteIdentifier(name)} UNIQUE`;
  if (standing === null) return [`${add} (${column})`];
  const found = quoteIdentifier(standing.name);
  if (!standing.isConstraint) return [`${add} USING INDEX ${found}`];
  if (standing.name === name) return [];
  return [`${change} RENAME CONSTRAINT ${found} TO ${quoteIdentifier(name)}`];
}

/** Refuses a change of the ids or the type. */
export function immutable(spec: DualIdTable, { id, uuid }: QuotedTable): string[] {
  const columns = [id, uuid, spec.type && 'platform_type_id'].filter((name) => name !== undefined);
  return guardColumns(spec, columns, idGuard);
}
