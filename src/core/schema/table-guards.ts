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

/** Refuses a change of the ids or the type; other updates never meet the trigger. */
export function immutable(spec: DualIdTable, { table, id, uuid }: QuotedTable): string {
  const columns = [id, uuid, spec.type && 'platform_type_id'].filter((name) => name !== undefined);
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  return `CREATE OR REPLACE TRIGGER ${quoteIdentifier(constraintName(spec.table, 'immutable'))}
    BEFORE UPDATE OF ${columns.join(', ')} ON ${table}
    FOR EACH ROW WHEN (${row('OLD')} IS DISTINCT FROM ${row('NEW')})
    EXECUTE FUNCTION dual_id.refuse_identity_change()`;
}
