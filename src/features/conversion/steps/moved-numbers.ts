import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { PlannedRetyping, TablePlace } from '../plan/conversion-plan.js';
import { sqlTable } from './names.js';

/**
 * Gives the twin of a key what fills new rows: the default of the old column, or an identity of the
 * same kind that goes on where that of the old one is, with its step and the rights on it.
 */
export function moveNumbers(table: TablePlace, { column, twin }: PlannedRetyping): string {
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  const name = sqlTable(table);
  const alter = `ALTER TABLE ${name} ALTER COLUMN`;
  const [dropIdentity, setDefault] = [`${alter} ${own} DROP IDENTITY`, `${alter} ${other} SET`];
  const cast = twin.type === 'uuid' ? '::uuid' : '';
  return `DO $do$ DECLARE
      source text := pg_get_serial_sequence(${quoteText(name)}, ${quoteText(column.name)});
      expression text;
      identity "char";
      settings text;
      rights text[];
      statement text;
    BEGIN
      SELECT a.attidentity, pg_get_expr(d.adbin, d.adrelid) INTO identity, expression
        FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
        WHERE a.attrelid = ${quoteText(name)}::regclass AND a.attname = ${quoteText(column.name)};
      IF identity <> '' THEN
        SELECT array_agg(format('GRANT %s ON SEQUENCE %s TO %s%s', g.privilege_type, source,
            CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
            CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)) INTO rights
          FROM pg_class c, aclexplode(c.relacl) g
          WHERE c.oid = source::regclass AND g.grantee <> c.relowner;
        EXECUTE format('SELECT format(''INCREMENT BY %%s CACHE %%s MINVALUE %%s START WITH %%s'',
            s.seqincrement, s.seqcache, s.seqmin,
            v.last_value + CASE WHEN v.is_called THEN s.seqincrement ELSE 0 END)
          FROM pg_sequence s, %s v WHERE s.seqrelid = %L::regclass', source, source) INTO settings;
        EXECUTE ${quoteText(dropIdentity)};
        EXECUTE ${quoteText(`${alter} ${other} ADD GENERATED `)}
          || CASE identity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END
          || format(' AS IDENTITY (SEQUENCE NAME %s %s)', source, settings);
        FOREACH statement IN ARRAY coalesce(rights, '{}') LOOP EXECUTE statement; END LOOP;
      ELSIF expression IS NOT NULL THEN
        EXECUTE ${quoteText(`${setDefault} DEFAULT (`)} || expression || ')${cast}';
        IF source IS NOT NULL THEN
          EXECUTE format('ALTER SEQUENCE %s AS bigint', source);
          EXECUTE format('ALTER SEQUENCE %s OWNED BY %s', source, ${quoteText(`${name}.${other}`)});
        END IF;
      END IF;
    END $do$`;
}
