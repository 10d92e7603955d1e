import type { DataSource } from 'typeorm';

/** Everything of the database that migrations make, as text: equal texts are equal schemas. */
export async function schemaSnapshot(dataSource: DataSource): Promise<string[]> {
  const rows: { line: string }[] = await dataSource.query(everything);
  return rows.map(({ line }) => line);
}

const own = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`;
const ofExtension = (id: string) =>
  `EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = ${id} AND d.deptype = 'e')`;

const everything = `
  SELECT format('schema %s', n.nspname) AS line FROM pg_namespace n WHERE ${own}
  UNION ALL SELECT format('%s %s.%s', c.relkind, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${own} AND c.relname !~ '^(migrations|typeorm_metadata)'
  UNION ALL SELECT format('%s.%s.%s %s %s %s %s', n.nspname, c.relname, a.attname, a.attidentity,
    format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(e.adbin, e.adrelid))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef e ON (e.adrelid, e.adnum) = (a.attrelid, a.attnum)
  WHERE ${own} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND c.relname !~ '^(migrations|typeorm_metadata)'
  UNION ALL SELECT format('%s %s', conname, pg_get_constraintdef(k.oid))
  FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace
  WHERE ${own} AND k.conrelid::regclass::text !~ '^(migrations|typeorm_metadata)'
  UNION ALL SELECT pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ${own} AND c.relname !~ '^(migrations|typeorm_metadata)'
  UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE NOT tgisinternal
  UNION ALL SELECT pg_get_functiondef(p.oid)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE ${own} AND NOT ${ofExtension('p.oid')}
  UNION ALL SELECT format('type %s %s', t.typname, array_agg(v.enumlabel ORDER BY v.enumsortorder))
  FROM pg_type t JOIN pg_enum v ON v.enumtypid = t.oid GROUP BY t.typname
  ORDER BY line`;
