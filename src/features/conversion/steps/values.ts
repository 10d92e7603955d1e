import { quoteIdentifier, quoteText } from '../../../core/sql/quoting.js';
import type { ConversionPlan, PlannedNewColumn } from '../plan/conversion-plan.js';
import { ownName } from './names.js';

/** What fills the new column of a row that is inserted, or updated before its turn. */
export function fillBody(plan: ConversionPlan): string {
  const { table, added } = plan;
  const column = `NEW.${quoteIdentifier(added.name)}`;
  if (added.value !== 'creation-order') {
    return `BEGIN ${column} := ${filledValue(added, 'NEW')}; RETURN NEW; END`;
  }
  // A row that stands already waits for its number.
  return `BEGIN
      IF TG_OP = 'INSERT' THEN ${column} := nextval(${quoteText(ownName(table, 'ids'))}); END IF;
      RETURN NEW;
    END`;
}

/** The same once the rows are numbered. */
export function numberedFillBody({ table, key, added }: ConversionPlan): string {
  const column = `NEW.${quoteIdentifier(added.name)}`;
  return `BEGIN
      IF TG_OP = 'UPDATE' THEN
        SELECT n.number INTO ${column} FROM ${ownName(table, 'numbers')} n
          WHERE n.key = NEW.${quoteIdentifier(key.name)};
      END IF;
      ${column} := coalesce(${column}, nextval(${quoteText(ownName(table, 'ids'))}));
      RETURN NEW;
    END`;
}

/** The UUID of a row, as SQL; `row` is its alias. */
export function filledValue({ value, createdAt }: PlannedNewColumn, row: string): string {
  return value === 'time-uuid'
    ? timeUuid(creationTime(createdAt, row))
    : 'pg_catalog.gen_random_uuid()';
}

function creationTime(createdAt: PlannedNewColumn['createdAt'], row: string): string {
  if (createdAt === null) return 'pg_catalog.clock_timestamp()';
  const value = `${row}.${quoteIdentifier(createdAt.name)}`;
  const isLocal = createdAt.type.endsWith('without time zone');
  const time = isLocal ? `${value} AT TIME ZONE 'UTC'` : `${value}::timestamptz`;
  return `CASE WHEN pg_catalog.isfinite(${time}) THEN ${time} ELSE pg_catalog.clock_timestamp() END`;
}

/**
 * A UUIDv7 (RFC 9562) of a time: its milliseconds in front of the random bits of a UUIDv4.
 * A backfill has the search path of its role, so that nothing of another schema may be found first.
 */
function timeUuid(time: string): string {
  const milliseconds = `pg_catalog.floor(extract(epoch FROM ${time}) OPERATOR(pg_catalog.*) 1000::numeric)`;
  return `pg_catalog.encode(pg_catalog.set_bit(pg_catalog.set_bit(
    overlay(pg_catalog.uuid_send(pg_catalog.gen_random_uuid()) PLACING
      substring(pg_catalog.int8send(greatest(0, ${milliseconds})::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid`;
}
