import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { PlannedReference, TablePlace } from '../plan/conversion-plan.js';
import { sqlTable } from './names.js';

/**
 * Gives a twin that takes the name of its column the comment, the statistics and the rights that
 * the column has by itself.
 */
export function moveSettings(
  table: TablePlace,
  { column, twin }: Pick<PlannedReference, 'column' | 'twin'>,
): string {
  const name = sqlTable(table);
  const other = quoteIdentifier(twin.name);
  return `DO $do$ DECLARE
      own pg_attribute;
      statement text;
    BEGIN
      SELECT * INTO own FROM pg_attribute a
        WHERE a.attrelid = ${quoteText(name)}::regclass AND a.attname = ${quoteText(column.name)};
      EXECUTE ${quoteText(`COMMENT ON COLUMN ${name}.${other} IS `)}
        || coalesce(quote_literal(col_description(own.attrelid, own.attnum)), 'NULL');
      EXECUTE ${quoteText(`ALTER TABLE ${name} ALTER COLUMN ${other} SET STATISTICS `)}
        || coalesce(own.attstattarget, -1);
      IF own.attoptions IS NOT NULL THEN
        EXECUTE ${quoteText(`ALTER TABLE ${name} ALTER COLUMN ${other} SET (`)}
          || array_to_string(own.attoptions, ', ') || ')';
      END IF;
      FOR statement IN
        SELECT format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, ${quoteText(twin.name)},
            own.attrelid::regclass,
            CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
            CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
          FROM aclexplode(own.attacl) g
      LOOP EXECUTE statement; END LOOP;
    END $do$`;
}
