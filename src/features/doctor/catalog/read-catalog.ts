import type { RunQuery } from '../query.js';
import type {
  CatalogColumn,
  CatalogConstraint,
  CatalogIndex,
  CatalogTable,
  CatalogTrigger,
} from './catalog.js';
import { Catalog } from './catalog.js';

/** Reads every table from the PostgreSQL catalog; partitions appear as part of their parent. */
export async function readCatalog(query: RunQuery): Promise<Catalog> {
  const [place] = await query<{ schema: string }>('SELECT current_schema() AS schema');
  const tables = await query<Pick<CatalogTable, 'schema' | 'table' | 'isPartitioned' | 'heirs'>>(
    `SELECT n.nspname AS schema, c.relname AS table, c.relkind = 'p' AS "isPartitioned",
       ${heirs} AS heirs
     ${ofTables} ORDER BY 1, 2`,
  );
  const columns = grouped(await query<Owned<CatalogColumn>>(columnsSql));
  const constraints = grouped(await query<Owned<CatalogConstraint>>(constraintsSql));
  const indexes = grouped(await query<Owned<CatalogIndex>>(indexesSql));
  const triggers = grouped(await query<Owned<CatalogTrigger>>(triggersSql));
  const whole = tables.map(({ schema, table: name, isPartitioned, heirs }) => ({
    schema,
    table: name,
    isPartitioned,
    heirs,
    columns: columns.get(`${schema}.${name}`) ?? [],
    constraints: constraints.get(`${schema}.${name}`) ?? [],
    indexes: indexes.get(`${schema}.${name}`) ?? [],
    triggers: triggers.get(`${schema}.${name}`) ?? [],
  }));
  return new Catalog(whole, place?.schema ?? 'public');
}

type Owned<T> = T & { readonly owner: string };

function grouped<T>(rows: readonly Owned<T>[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.owner) ?? [];
    group.push(row);
    groups.set(row.owner, group);
  }
  return groups;
}

const ofTables = `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_class'::regclass
      AND x.objid = c.oid AND x.deptype = 'e')`;
const owner = `n.nspname || '.' || c.relname AS owner`;

const heirs = `ARRAY(WITH RECURSIVE heir (oid) AS (
    SELECT i.inhrelid FROM pg_inherits i JOIN pg_class h ON h.oid = i.inhrelid
    WHERE i.inhparent = c.oid AND NOT h.relispartition
    UNION SELECT i.inhrelid FROM heir JOIN pg_inherits i ON i.inhparent = heir.oid)
  SELECT oid::regclass::text FROM heir ORDER BY 1)`;

/** The names of attribute numbers, in order; 0 means an expression. */
const columnNamesSql = (table: string, numbers: string) => `ARRAY(
  SELECT a.attname::text FROM unnest(${numbers}::int2[]) WITH ORDINALITY AS u(number, place)
  LEFT JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.number AND u.number <> 0
  ORDER BY u.place)`;

const columnsSql = `
  SELECT ${owner}, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
    coalesce(e.typtype, t.typtype) = 'e' AS "isEnum", a.attnotnull AS "isNotNull",
    a.attidentity AS identity, a.atthasdef AS "hasDefault", a.attgenerated = 'v' AS "isVirtual",
    pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) AS sequence
  FROM pg_attribute a JOIN (SELECT c.oid, c.relname, c.relnamespace ${ofTables}) c
    ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typelem <> 0
  WHERE a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

const constraintsSql = `
  SELECT ${owner}, k.conname AS name, k.contype AS kind, k.convalidated AS "isValidated",
    ${columnNamesSql('k.conrelid', 'k.conkey')} AS columns, k.condeferrable AS "isDeferrable",
    k.condeferred AS "isDeferred", k.confdeltype AS "onDelete",
    coalesce(obj_description(k.oid, 'pg_constraint'), '') AS comment, ${columnNamesSql('k.confrelid', 'k.confkey')} AS "targetColumns",
    (SELECT fn.nspname || '.' || f.relname FROM pg_class f
     JOIN pg_namespace fn ON fn.oid = f.relnamespace WHERE f.oid = k.confrelid) AS target
  FROM pg_constraint k JOIN (SELECT c.oid, c.relname, c.relnamespace ${ofTables}) c
    ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype IN ('p', 'u', 'f', 'c') ORDER BY k.conname`;

const indexesSql = `
  SELECT ${owner}, i.relname AS name, x.indisunique AS "isUnique", x.indisprimary AS "isPrimary",
    x.indisvalid AND x.indisready AS "isValid", x.indpred IS NOT NULL AS "isPartial",
    coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS predicate,
    pg_get_indexdef(x.indexrelid) AS definition,
    concat(obj_description(i.oid, 'pg_class'), (SELECT obj_description(k.oid, 'pg_constraint')
      FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u'))) AS comment,
    (${columnNamesSql('x.indrelid', "string_to_array(x.indkey::text, ' ')")})[1:x.indnkeyatts] AS columns
  FROM pg_index x JOIN (SELECT c.oid, c.relname, c.relnamespace ${ofTables}) c
    ON c.oid = x.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_class i ON i.oid = x.indexrelid ORDER BY i.relname`;

const triggersSql = `
  SELECT ${owner}, g.tgname AS name, g.tgisinternal AS "isInternal",
    g.tgenabled IN ('O', 'A') AND NOT EXISTS (SELECT FROM pg_partition_tree(g.tgrelid) t
      JOIN pg_trigger c ON c.tgrelid = t.relid AND c.tgname = g.tgname
      WHERE c.tgenabled NOT IN ('O', 'A')) AS "isEnabled", p.prosrc AS "functionBody",
    p.prosecdef AS "isDefiner",
    ${columnNamesSql('g.tgrelid', "string_to_array(g.tgattr::text, ' ')")} AS columns,
    pn.nspname || '.' || p.proname AS "functionName",
    string_to_array(encode(g.tgargs, 'escape'), '\\000') AS args
  FROM pg_trigger g JOIN (SELECT c.oid, c.relname, c.relnamespace ${ofTables}) c
    ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_proc p ON p.oid = g.tgfoid JOIN pg_namespace pn ON pn.oid = p.pronamespace
  ORDER BY g.tgname`;
