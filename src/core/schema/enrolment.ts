import { constraintName, quoteIdentifier } from './names.js';
import type { DualIdTable, QuotedTable } from './table-spec.js';
import { quoted } from './table-spec.js';

/** Longest name a passport keeps, in characters; longer ones are cut. */
const longestPassportName = 200;

/**
 * The triggers that write passports: one statement for all rows of an INSERT or COPY, one row
 * only when a name or the soft-delete mark really changes. Existing rows are enrolled at once.
 */
export function enrolmentUp(spec: DualIdTable, names: QuotedTable): string[] {
  if (!spec.type) return [];
  const { table, uuid } = names;
  const statement = 'FOR EACH STATEMENT';
  return [
    triggerFunction(spec, 'enrol', `${insertPassports(spec, names)} FROM enrolled;`),
    trigger(spec, 'enrol', `AFTER INSERT`, `REFERENCING NEW TABLE AS enrolled ${statement}`),
    triggerFunction(spec, 'entomb', `${entomb} FROM removed r WHERE p.uuid = r.${uuid};`),
    trigger(spec, 'entomb', 'AFTER DELETE', `REFERENCING OLD TABLE AS removed ${statement}`),
    triggerFunction(spec, 'clear', `${entombAll(spec.type.id)};`),
    trigger(spec, 'clear', 'AFTER TRUNCATE', statement),
    ...followName(spec, names),
    ...followSoftDelete(spec, names),
    `${insertPassports(spec, names)} FROM ${table} ON CONFLICT (uuid) DO NOTHING`,
    `ALTER TABLE ${table}
       VALIDATE CONSTRAINT ${quoteIdentifier(constraintName(spec.table, 'passport_fk'))}`,
  ];
}

/** Drops the functions behind the triggers, which went with the table, and an unused type. */
export function enrolmentDown(spec: DualIdTable): string[] {
  if (!spec.type) return [];
  return [
    ...['enrol', 'entomb', 'clear', 'name', 'retire'].map(
      (suffix) => `DROP FUNCTION IF EXISTS ${functionName(spec, suffix)}()`,
    ),
    `DELETE FROM dual_id.platform_types t WHERE t.id = ${spec.type.id}
       AND NOT EXISTS (SELECT 1 FROM dual_id.passports p WHERE p.platform_type_id = t.id)`,
  ];
}

const entomb = `UPDATE dual_id.passports p
  SET status = 'deleted', deleted_at = coalesce(p.deleted_at, now()), updated_at = now(),
      version = p.version + 1`;

/** Makes tombstones of all passports of a platform type. */
export function entombAll(type: number): string {
  return `${entomb} WHERE p.platform_type_id = ${type} AND p.status <> 'deleted'`;
}

function functionName(spec: DualIdTable, suffix: string): string {
  const owner = spec.schema === undefined ? spec.table : `${spec.schema}_${spec.table}`;
  return `dual_id.${quoteIdentifier(constraintName(owner, suffix))}`;
}

function triggerFunction(spec: DualIdTable, suffix: string, body: string): string {
  return `CREATE OR REPLACE FUNCTION ${functionName(spec, suffix)}() RETURNS trigger
    LANGUAGE plpgsql AS $fn$ BEGIN ${body} RETURN NULL; END $fn$`;
}

function trigger(spec: DualIdTable, suffix: string, event: string, scope: string): string {
  return `CREATE OR REPLACE TRIGGER ${quoteIdentifier(constraintName(spec.table, suffix))}
    ${event} ON ${quoted(spec).table}
    ${scope} EXECUTE FUNCTION ${functionName(spec, suffix)}()`;
}

function insertPassports(spec: DualIdTable, { id, uuid }: QuotedTable): string {
  return `INSERT INTO dual_id.passports (uuid, platform_type_id, entity_id, guid, name)
    SELECT ${uuid}, platform_type_id, ${id ?? 'NULL'}, ${id === undefined}, ${passportName(spec)}`;
}

function passportName(spec: DualIdTable, row = ''): string {
  if (!spec.namedBy?.length) return 'NULL';
  const columns = spec.namedBy.map((column) => `${row}${quoteIdentifier(column)}`);
  return `left(concat_ws(' ', ${columns.join(', ')}), ${longestPassportName})`;
}

function followName(spec: DualIdTable, { uuid }: QuotedTable): string[] {
  if (!spec.namedBy?.length) return [];
  const columns = spec.namedBy.map(quoteIdentifier);
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  const rename = `UPDATE dual_id.passports
    SET name = ${passportName(spec, 'NEW.')}, updated_at = now(), version = version + 1
    WHERE uuid = NEW.${uuid};`;
  const scope = `FOR EACH ROW WHEN (${row('OLD')} IS DISTINCT FROM ${row('NEW')})`;
  return [
    triggerFunction(spec, 'name', rename),
    trigger(spec, 'name', `AFTER UPDATE OF ${columns.join(', ')}`, scope),
  ];
}

function followSoftDelete(spec: DualIdTable, { uuid }: QuotedTable): string[] {
  if (spec.deletedAt === undefined) return [];
  const mark = quoteIdentifier(spec.deletedAt);
  const retire = `UPDATE dual_id.passports
    SET status = CASE WHEN NEW.${mark} IS NULL THEN 'active' ELSE 'deleted' END,
        deleted_at = NEW.${mark}, updated_at = now(), version = version + 1
    WHERE uuid = NEW.${uuid};`;
  const scope = `FOR EACH ROW WHEN ((OLD.${mark} IS NULL) <> (NEW.${mark} IS NULL))`;
  return [
    triggerFunction(spec, 'retire', retire),
    trigger(spec, 'retire', `AFTER UPDATE OF ${mark}`, scope),
  ];
}
