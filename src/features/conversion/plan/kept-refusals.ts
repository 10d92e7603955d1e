import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { FoundTable } from '../catalog/facts.js';
import type { ConversionSession } from '../run/session.js';
import { sqlTable } from '../steps/names.js';
import type { ConversionPlan, TablePlace } from './conversion-plan.js';
import { foundColumn, integerTypes, isTextType } from './planned-key.js';

type KeptPlan = Pick<ConversionPlan, 'kind' | 'key' | 'table' | 'references'>;

/**
 * What this library has kept of rows under their key, which a new key would give to other rows: the
 * log of changes, and passports with their edges and answers. They outlast the triggers that made
 * them.
 */
export async function keptRefusals(
  session: ConversionSession,
  plan: KeptPlan,
  facts: FoundTable,
): Promise<string[]> {
  const unreadable = await unreadableTables(session);
  if (unreadable.length > 0) {
    return [
      `This role cannot read ${unreadable.join(' and ')}, and so not tell what is kept of the rows of ${sqlTable(plan.table)}. Grant it USAGE on the schema dual_id, and SELECT.`,
    ];
  }
  return [
    ...(plan.kind === 'add-uuid' ? [] : await logRefusals(session, plan)),
    ...(await passportRefusals(session, plan, facts)),
  ];
}

const keptTables = ['changes', 'history_tables', 'passports', 'relations', 'idempotency_keys'];

async function unreadableTables(session: ConversionSession): Promise<string[]> {
  const found = await session.rows<{ name: string }>(
    `SELECT 'dual_id.' || c.relname AS name FROM pg_class c
     WHERE c.relnamespace = to_regnamespace('dual_id') AND c.relname = ANY ($1)
       AND NOT (has_schema_privilege(c.relnamespace, 'USAGE')
         AND has_table_privilege(c.oid, 'SELECT')) ORDER BY 1`,
    [keptTables],
  );
  return found.map(({ name }) => name);
}

async function stands(session: ConversionSession, table: string): Promise<boolean> {
  const [row] = await session.rows<{ found: boolean }>(
    `SELECT to_regclass($1) IS NOT NULL AS found`,
    [`dual_id.${table}`],
  );
  return row!.found;
}

async function logRefusals(
  session: ConversionSession,
  { table, references }: KeptPlan,
): Promise<string[]> {
  if (!(await stands(session, 'history_tables'))) return [];
  const tables = [table, ...references.map((reference) => reference.table)];
  const logged = await session.rows<TablePlace>(
    `SELECT h.schema_name AS schema, h.table_name AS name FROM dual_id.history_tables h
     WHERE (h.schema_name, h.table_name) IN (SELECT * FROM unnest($1::text[], $2::text[]))
       AND EXISTS (SELECT FROM dual_id.changes c WHERE c.table_id = h.table_id) ORDER BY 1, 2`,
    [tables.map((one) => one.schema), tables.map((one) => one.name)],
  );
  return logged.map(
    ({ schema, name }) =>
      `The history of ${sqlTable({ schema, name })} has changes under keys that the conversion replaces. Keep it under another name: removeHistory, and then UPDATE dual_id.history_tables SET table_name = ${quoteText(`${name} before`)} WHERE (schema_name, table_name) = (${quoteText(schema)}, ${quoteText(name)}).`,
  );
}

async function passportRefusals(
  session: ConversionSession,
  { kind, key, table }: KeptPlan,
  facts: FoundTable,
): Promise<string[]> {
  const passport = rowPassport(kind, key, facts);
  if (passport === null || !(await stands(session, 'passports'))) return [];
  const own = `SELECT p.id, p.uuid FROM ${sqlTable(table)} r JOIN dual_id.passports p ON ${passport}`;
  const edges = (await stands(session, 'relations'))
    ? `(SELECT count(*) FROM dual_id.relations e
        WHERE e.from_id IN (SELECT id FROM own) OR e.to_id IN (SELECT id FROM own))`
    : '0';
  const answers = (await stands(session, 'idempotency_keys'))
    ? `(SELECT count(*) FROM dual_id.idempotency_keys k
        WHERE EXISTS (SELECT FROM unnest(k.persons) u (uuid) JOIN own USING (uuid)))`
    : '0';
  const [row] = await session.rows<{ passports: string; edges: string; answers: string }>(
    `WITH own AS MATERIALIZED (${own})
     SELECT (SELECT count(*) FROM own) AS passports, ${edges} AS edges, ${answers} AS answers`,
  );
  if (row!.passports === '0') return [];
  const wayOut =
    kind === 'add-bigint'
      ? 'A passport keeps its kind of key for good: let the table stay one of a GUID entity.'
      : 'Give the table its uuid back from dual_id.passports, and call addDualId instead.';
  return [
    `${row!.passports} rows of ${sqlTable(table)} have passports, with ${row!.edges} edges and ${row!.answers} kept answers. ${wayOut}`,
  ];
}

/** How a row `r` finds its passport `p` by its key; null where none can be of it. */
function rowPassport(
  kind: ConversionPlan['kind'],
  { name, type }: ConversionPlan['key'],
  facts: FoundTable,
): string | null {
  const key = `r.${quoteIdentifier(name)}`;
  if (kind === 'add-bigint') {
    if (type === 'uuid') return `p.uuid = ${key}`;
    return isTextType(type) ? `p.uuid::text = lower(${key})` : null;
  }
  const typed = foundColumn(facts, 'platform_type_id');
  if (typed?.type !== 'smallint' || !integerTypes.includes(type)) return null;
  return `p.platform_type_id = r.platform_type_id AND p.entity_id = ${key}`;
}
