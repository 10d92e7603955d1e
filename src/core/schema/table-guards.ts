import { guardColumns, idGuard } from './identity-guard.js';
import { constraintName, quoteIdentifier, quoteText } from './names.js';
import type { DualIdTable, QuotedTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** Adds a constraint unless one of its name stands already. */
export function addConstraint(spec: DualIdTable, suffix: string, definition: string): string {
  const { table } = quoted(spec);
  const name = constraintName(spec.table, suffix);
  return `DO $do$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint
                   WHERE conrelid = ${quoteText(table)}::regclass AND conname = ${quoteText(name)}) THEN
      ALTER TABLE ${table} ADD CONSTRAINT ${quoteIdentifier(name)} ${definition};
    END IF;
  END $do$`;
}

/** Refuses a change of the ids or the type. */
export function immutable(spec: DualIdTable, { id, uuid }: QuotedTable): string[] {
  const columns = [id, uuid, spec.type && 'platform_type_id'].filter((name) => name !== undefined);
  return guardColumns(spec, columns, idGuard);
}
