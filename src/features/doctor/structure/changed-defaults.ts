import type { RunQuery } from '../query.js';
import { quotedIdentifier } from './quoted-identifier.js';

/** Statements that change only the default of one column. */
interface DefaultChange {
  /** The names as SQL. */
  readonly table: string;
  readonly column: string;
  /** The default that the last of them sets; undefined if they only drop it. */
  readonly wanted: string | undefined;
}

/** Runs work in a transaction of its own. */
type Transacting = <T>(work: (query: RunQuery) => Promise<T>) => Promise<T>;

/**
 * The statements that would change something. TypeORM compares defaults as texts, and PostgreSQL
 * stores them in its own format: `'0.00'` as `0.00`, an upper-case uuid in lower case. Such a
 * column would be reported forever, so PostgreSQL is asked what it would store.
 */
export async function withoutSameDefaults(
  statements: readonly string[],
  transacting: Transacting,
): Promise<readonly string[]> {
  const changes = new Map<string, DefaultChange>();
  for (const statement of statements) {
    const change = defaultChangeOf(statement);
    if (change) changes.set(columnPlace(change), change);
  }
  const same = new Set<string>();
  for (const [name, change] of changes) {
    if (change.wanted === undefined) continue;
    // A role that may not create a temporary table gets a finding for the column.
    if (await transacting((query) => isDefaultKept(change, query)).catch(() => false))
      same.add(name);
  }
  return statements.filter((statement) => {
    const change = defaultChangeOf(statement);
    return !change || !same.has(columnPlace(change));
  });
}

const changing = new RegExp(
  `^ALTER TABLE (${quotedIdentifier}(?:\\.${quotedIdentifier})?) ALTER COLUMN (${quotedIdentifier}) (?:DROP DEFAULT|SET DEFAULT ([^]+))$`,
);

function defaultChangeOf(statement: string): DefaultChange | undefined {
  const [, table, column, wanted] = changing.exec(statement) ?? [];
  return table === undefined || column === undefined ? undefined : { table, column, wanted };
}

function columnPlace({ table, column }: DefaultChange): string {
  return `${table} ${column}`;
}

/** Whether a column would get the default it already has. The copy has its types, but no rows. */
async function isDefaultKept(
  { table, column, wanted }: DefaultChange,
  query: RunQuery,
): Promise<boolean> {
  await query(`CREATE TEMPORARY TABLE dual_id_defaults (LIKE ${table}) ON COMMIT DROP`);
  await query(`ALTER TABLE pg_temp.dual_id_defaults ALTER COLUMN ${column} SET DEFAULT ${wanted}`);
  const rows = await query<{ kept: string }>(
    `SELECT pg_get_expr(d.adbin, d.adrelid) AS kept
     FROM pg_attrdef d JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.adrelid, d.adnum)
     WHERE a.attname = $2
       AND d.adrelid IN ($1::regclass, 'pg_temp.dual_id_defaults'::regclass)`,
    [table, column.slice(1, -1).replaceAll('""', '"')],
  );
  return rows.length === 2 && rows[0]!.kept === rows[1]!.kept;
}
