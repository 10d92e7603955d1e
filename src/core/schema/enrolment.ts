import { constraintName } from '../sql/constraint-name.js';
import { quoteIdentifier } from '../sql/quoting.js';
import { passportValues, statusOf } from './passport-values.js';
import type { DualIdTable, QuotedTable } from './table-spec.js';
import type { TableTrigger } from './table-trigger.js';
import { functionDown, triggerDown, triggerUp } from './table-trigger.js';

/**
 * The triggers that write passports: one statement for all rows of an INSERT or COPY, one row
 * only when a name or the soft-delete mark really changes. Existing rows are enrolled at once.
 */
export function enrolmentUp(spec: DualIdTable, names: QuotedTable): string[] {
  if (!spec.type) return [];
  const { table, uuid } = names;
  const triggers: TableTrigger[] = [
    {
      suffix: 'enrol',
      event: 'AFTER INSERT',
      scope: 'REFERENCING NEW TABLE AS enrolled FOR EACH STATEMENT',
      body: `${insertPassports(spec, names)} FROM enrolled r`,
    },
    {
      suffix: 'entomb',
      event: 'AFTER DELETE',
      scope: 'REFERENCING OLD TABLE AS removed FOR EACH STATEMENT',
      body: `${markDeleted} FROM removed r WHERE p.uuid = r.${uuid}`,
    },
    {
      suffix: 'clear',
      event: 'AFTER TRUNCATE',
      scope: 'FOR EACH STATEMENT',
      body: markAllDeleted(spec.type.id),
    },
  ];
  return [
    ...triggers.flatMap((trigger) => triggerUp(spec, trigger)),
    ...syncName(spec, names),
    ...followSoftDelete(spec, names),
    `${insertPassports(spec, names)} FROM ${table} r WHERE NOT EXISTS (${ownPassport(names)})`,
    catchUp(spec, names),
    `ALTER TABLE ${table}
       VALIDATE CONSTRAINT ${quoteIdentifier(constraintName(spec.table, 'passport_fk'))}`,
  ];
}

/** Drops the functions behind the triggers, which went with the table, and an unused type. */
export function enrolmentDown(spec: DualIdTable): string[] {
  if (!spec.type) return [];
  return [
    ...['enrol', 'entomb', 'clear', 'name', 'retire'].map((suffix) => functionDown(spec, suffix)),
    `DELETE FROM dual_id.platform_types t WHERE t.id = ${spec.type.id}
       AND NOT EXISTS (SELECT 1 FROM dual_id.passports p WHERE p.platform_type_id = t.id)`,
  ];
}

/** Makes tombstones of passports `p`; `FROM` or `WHERE` follows. */
export const markDeleted = `UPDATE dual_id.passports p
  SET status = 'deleted', deleted_at = coalesce(p.deleted_at, now()), updated_at = now(),
      version = p.version + 1`;

/** Makes tombstones of all passports of a platform type. */
export function markAllDeleted(type: number): string {
  return `${markDeleted} WHERE p.platform_type_id = ${type} AND p.status <> 'deleted'`;
}

/** Writes the passports of rows; `FROM ... r` follows. */
export function insertPassports(spec: DualIdTable, { id, uuid }: QuotedTable): string {
  const { name, deletedAt } = passportValues(spec, 'r');
  const entity = id === undefined ? 'NULL, true' : `r.${id}, false`;
  return `INSERT INTO dual_id.passports
      (uuid, platform_type_id, entity_id, guid, name, deleted_at, status)
    SELECT r.${uuid}, r.platform_type_id, ${entity}, ${name}, ${deletedAt}, ${statusOf(deletedAt)}`;
}

/** Finds a row that is enrolled already; a passport of anything else makes the insert fail. */
function ownPassport({ id, uuid }: QuotedTable): string {
  return `SELECT 1 FROM dual_id.passports p
    WHERE p.uuid = r.${uuid} AND p.platform_type_id = r.platform_type_id
      AND p.entity_id IS NOT DISTINCT FROM ${id === undefined ? 'NULL' : `r.${id}`}`;
}

/** Brings passports up to date that were written when the table declared something else. */
function catchUp(spec: DualIdTable, { table, uuid }: QuotedTable): string {
  const { name, deletedAt } = passportValues(spec, 'r');
  return `UPDATE dual_id.passports p
    SET name = ${name}, deleted_at = ${deletedAt}, updated_at = now(), version = p.version + 1,
        status = CASE WHEN p.status = 'archived' AND ${deletedAt} IS NULL THEN 'archived'
                      ELSE ${statusOf(deletedAt)} END
    FROM ${table} r
    WHERE p.uuid = r.${uuid} AND (p.name IS DISTINCT FROM ${name}
      OR (p.deleted_at IS NULL) <> (${deletedAt} IS NULL))`;
}

function syncName(spec: DualIdTable, { uuid }: QuotedTable): string[] {
  if (!spec.namedBy?.length) return triggerDown(spec, 'name');
  const columns = spec.namedBy.map(quoteIdentifier);
  const row = (alias: string) => `(${columns.map((column) => `${alias}.${column}`).join(', ')})`;
  return triggerUp(spec, {
    suffix: 'name',
    event: `AFTER UPDATE OF ${columns.join(', ')}`,
    scope: `FOR EACH ROW WHEN (${row('OLD')} IS DISTINCT FROM ${row('NEW')})`,
    body: `UPDATE dual_id.passports
      SET name = ${passportValues(spec, 'NEW').name}, updated_at = now(), version = version + 1
      WHERE uuid = NEW.${uuid}`,
  });
}

function followSoftDelete(spec: DualIdTable, { uuid }: QuotedTable): string[] {
  if (spec.deletedAt === undefined) return triggerDown(spec, 'retire');
  const deletedAt = quoteIdentifier(spec.deletedAt);
  return triggerUp(spec, {
    suffix: 'retire',
    event: `AFTER UPDATE OF ${deletedAt}`,
    scope: `FOR EACH ROW WHEN ((OLD.${deletedAt} IS NULL) <> (NEW.${deletedAt} IS NULL))`,
    body: `UPDATE dual_id.passports
      SET status = ${statusOf(`NEW.${deletedAt}`)}, deleted_at = NEW.${deletedAt}, updated_at = now(),
          version = version + 1
      WHERE uuid = NEW.${uuid}`,
  });
}
