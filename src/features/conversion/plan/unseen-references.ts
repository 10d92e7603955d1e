import type { ConversionSession } from '../run/session.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionPlan, PlanNote, TablePlace } from './conversion-plan.js';

/**
 * Columns that are called like the references to a key and have its type, but no foreign key: logs
 * that outlive their rows, for example. They hold the old key for good.
 */
export async function unseenReferences(
  session: ConversionSession,
  { table, key, references }: Pick<ConversionPlan, 'key' | 'references' | 'table'>,
): Promise<PlanNote[]> {
  const names = [...new Set(references.map(({ column }) => column.name))];
  const found = await session.rows<TablePlace & { column: string }>(
    `SELECT n.nspname AS schema, c.relname AS name, a.attname AS column
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
       AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'dual_id', 'dual_id_conversion')
       AND format_type(a.atttypid, NULL) = $1
       AND EXISTS (SELECT FROM unnest($2::text[]) AS r (name)
         WHERE lower(a.attname) = lower(r.name) OR lower(a.attname) LIKE '%\\_' || lower(r.name)
           OR a.attname LIKE '%' || upper(left(r.name, 1)) || substr(r.name, 2))
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid
         AND k.contype IN ('f', 'p') AND a.attnum = ANY (k.conkey))
     ORDER BY 1, 2, a.attnum`,
    [key.type, names],
  );
  return found.map(({ column, ...place }) => ({
    kind: 'note',
    text: `${column} of ${sqlTable(place)} is called like a reference to ${sqlTable(table)}, and has no foreign key: it stays as it is.`,
  }));
}
