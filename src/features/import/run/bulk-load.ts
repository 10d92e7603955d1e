import type { ClientBase } from 'pg';
import { quoteText } from '../../../core/sql/quoting.js';

/** Builds again what was taken off a table. */
export type FinishBulk = () => Promise<void>;

/** A table, quoted for SQL, and how many rows count as few: zero unless said otherwise. */
export interface BulkTable {
  readonly sql: string;
  readonly fewRows?: number;
  /** A table to lock first, because its writers write to this one next. */
  readonly before?: string;
  /** Foreign keys of other tables to this one come off as well, and so do the keys they refer to. */
  readonly withReferences?: boolean;
}

/**
 * Takes indexes and foreign keys off a table with no or few rows that nobody else can be using, for
 * they are built much faster over rows that are there. Leaves the table as it is, and returns
 * undefined, when another session is connected, when it has more rows, or when its locks are not
 * to be had.
 */
export async function beginBulk(
  client: ClientBase,
  target: BulkTable,
): Promise<FinishBulk | undefined> {
  const { rows } = await client.query<{ is_alone: boolean }>(isAloneSql(target));
  const parts = rows[0]?.is_alone ? await removableParts(client, target) : [];
  if (parts.length === 0 || !(await removeParts(client, target, parts))) return undefined;
  return async () => {
    for (const { restore } of parts) await client.query(restore);
  };
}

/** An index or a constraint; indexes come first. */
interface RemovablePart {
  readonly remove: string;
  readonly restore: string;
  /** The table at the other end of a foreign key, otherwise null. */
  readonly other: string | null;
}

function isAloneSql(target: BulkTable): string {
  return `SELECT NOT EXISTS (SELECT FROM ${target.sql} OFFSET ${target.fewRows ?? 0})
    AND NOT (SELECT relhasrules FROM pg_class WHERE oid = ${quoteText(target.sql)}::regclass) AND NOT EXISTS (
    SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usesysid IS NOT NULL
      AND datid = (SELECT oid FROM pg_database WHERE datname = current_database())) AS is_alone`;
}

async function removableParts(
  client: ClientBase,
  { sql, withReferences }: BulkTable,
): Promise<RemovablePart[]> {
  const table = `${quoteText(sql)}::regclass`;
  const references = withReferences ? await referencesTo(client, table) : undefined;
  const indexes = await client.query<RemovablePart>(indexQuery(table, references !== undefined));
  const keys = await client.query<RemovablePart>(
    foreignKeyQuery(`k.conrelid = ${table}`, 'k.confrelid'),
  );
  return [...indexes.rows, ...keys.rows, ...(references ?? [])];
}

/** The foreign keys of other tables, or undefined when one of them has to stay. */
async function referencesTo(
  client: ClientBase,
  table: string,
): Promise<RemovablePart[] | undefined> {
  const referencesSql = `k.confrelid = ${table} AND k.conrelid <> ${table}`;
  const all = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_constraint k WHERE k.contype = 'f' AND ${referencesSql}`,
  );
  const { rows } = await client.query<RemovablePart>(foreignKeyQuery(referencesSql, 'k.conrelid'));
  return rows.length === all.rows[0]?.count ? rows : undefined;
}

/** False, and nothing changed, if another object depends on a part. */
async function removeParts(
  client: ClientBase,
  target: BulkTable,
  parts: readonly RemovablePart[],
): Promise<boolean> {
  const others = parts.flatMap(({ other }) => (other === null ? [] : [other]));
  await client.query('SAVEPOINT bulk_load');
  try {
    // Its writers hold this one before they wait for any other.
    if (target.before !== undefined) {
      await client.query(`LOCK TABLE ${target.before} IN SHARE ROW EXCLUSIVE MODE`);
    }
    const tables = [...new Set([target.sql, ...others])].join(', ');
    await client.query(`LOCK TABLE ${tables} IN ACCESS EXCLUSIVE MODE`);
    for (const part of parts.toReversed()) await client.query(part.remove);
    await client.query('RELEASE SAVEPOINT bulk_load');
    return true;
  } catch {
    await client.query('ROLLBACK TO SAVEPOINT bulk_load');
    return false;
  }
}

/** What a definition does not contain, such as a comment, would be lost: such parts stay. */
const noCommentSql = (catalog: string, oid: string) => `NOT EXISTS (SELECT FROM pg_description d
  WHERE d.classoid = '${catalog}'::regclass AND d.objoid = ${oid})`;

/** Dropping and adding a constraint `k`; the functions quote what they print. */
const dropKey = `format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname)`;
const addKey = `format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname,
  pg_get_constraintdef(k.oid))`;

function indexQuery(oid: string, withReferred: boolean): string {
  return `
    SELECT CASE WHEN k.oid IS NULL THEN 'DROP INDEX ' || c.oid::regclass ELSE ${dropKey} END
        AS remove,
      CASE WHEN k.oid IS NULL THEN pg_get_indexdef(c.oid) ELSE ${addKey} END AS restore,
      NULL AS other
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.conrelid = t.oid AND k.contype <> 'f'
    WHERE i.indrelid = ${oid} AND t.relkind = 'r' AND NOT t.relispartition
      AND pg_has_role(t.relowner, 'USAGE') AND NOT i.indisexclusion
      AND i.indisvalid AND i.indisready AND NOT i.indisclustered AND NOT i.indisreplident
      AND c.reltablespace = 0 AND (k.oid IS NULL OR c.reloptions IS NULL)
      AND ${noCommentSql('pg_class', 'c.oid')}
      AND (k.oid IS NULL OR ${noCommentSql('pg_constraint', 'k.oid')})
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass
        AND d.refobjid = k.oid AND d.deptype = 'n')
      AND (${withReferred}
        OR NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conindid = c.oid AND f.contype = 'f'))
      AND NOT EXISTS (SELECT FROM pg_attribute a
        WHERE a.attrelid = c.oid AND coalesce(a.attstattarget, -1) <> -1)
    ORDER BY c.relname`;
}

/** Those foreign keys `k` that may come off, and the table at their other end. */
function foreignKeyQuery(condition: string, other: 'k.conrelid' | 'k.confrelid'): string {
  return `
    SELECT ${dropKey} AS remove, ${addKey} AS restore, ${other}::regclass::text AS other
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
    WHERE ${condition} AND k.contype = 'f' AND t.relkind = 'r' AND NOT t.relispartition
      AND pg_has_role(t.relowner, 'USAGE') AND k.conparentid = 0 AND k.convalidated
      AND has_table_privilege(k.confrelid, 'REFERENCES')
      AND has_table_privilege(k.confrelid, 'SELECT')
      AND ${noCommentSql('pg_constraint', 'k.oid')}
      AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled <> 'O')
    ORDER BY k.conname`;
}
