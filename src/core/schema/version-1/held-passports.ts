import { closed, definer, dropped } from './owner-rights.js';

const signatures = [
  'dual_id.hold_passport(uuid)',
  'dual_id.hold_passports(uuid[])',
  'dual_id.lock_passports(uuid[], text)',
  'dual_id.hold_people(uuid[], smallint[])',
  'dual_id.estimate_passports()',
];

/**
 * How an application keeps passports from being changed under its hands, and counts them; it has
 * no right to lock rows of the table, nor to see the statistics.
 */
export const heldPassportsUp = [
  holdPassport(),
  holdPassports(),
  lockPassports(),
  holdPeople(),
  estimatePassports(),
  closed(signatures),
];

export const heldPassportsDown = [dropped(signatures)];

function holdPassport(): string {
  return `CREATE FUNCTION dual_id.hold_passport(wanted uuid)
    RETURNS TABLE (passport bigint, passport_status text, passport_version integer, kind text,
      is_record boolean, policy text)
    LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      RETURN QUERY SELECT p.id, p.status, p.version, t.name, t.record, t.delete_policy
        FROM dual_id.passports p JOIN dual_id.platform_types t ON t.id = p.platform_type_id
        WHERE p.uuid = wanted FOR UPDATE OF p;
    END $$`;
}

/** In the order of the passports, so that two transactions do not wait for each other. */
function holdPassports(): string {
  return `CREATE FUNCTION dual_id.hold_passports(wanted uuid[]) RETURNS SETOF text
    LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      RETURN QUERY SELECT p.status FROM dual_id.passports p
        WHERE p.uuid = ANY (wanted) ORDER BY p.id FOR SHARE;
    END $$`;
}

/** In the order of a transaction lock, and as it locks rows: others may refer to them. */
function lockPassports(): string {
  const lock = (waiting: string) => `RETURN QUERY SELECT p.uuid FROM dual_id.passports p
          WHERE p.uuid = ANY (wanted) ORDER BY p.uuid FOR NO KEY UPDATE${waiting};`;
  return `CREATE FUNCTION dual_id.lock_passports(wanted uuid[], waiting text) RETURNS SETOF uuid
    LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      CASE waiting
        WHEN 'no-wait' THEN ${lock(' NOWAIT')}
        WHEN 'skip-locked' THEN ${lock(' SKIP LOCKED')}
        ELSE ${lock('')}
      END CASE;
    END $$`;
}

/** Locks the passports of people, in their order, so that nobody is erased meanwhile. */
function holdPeople(): string {
  return `CREATE FUNCTION dual_id.hold_people(wanted uuid[], kinds smallint[])
      RETURNS TABLE (person uuid, is_deleted boolean) LANGUAGE plpgsql STRICT ${definer} AS $$
      BEGIN
        RETURN QUERY SELECT p.uuid, p.status = 'deleted' FROM dual_id.passports p
          WHERE p.uuid = ANY (wanted) AND p.platform_type_id = ANY (kinds)
          ORDER BY p.id FOR SHARE;
      END $$`;
}

/** Extended statistics show to the owner of their table alone; these are counts of the registry. */
function estimatePassports(): string {
  return `CREATE FUNCTION dual_id.estimate_passports()
    RETURNS TABLE (kind smallint, passport_status text, passports double precision,
      taken_at timestamptz)
    LANGUAGE plpgsql STABLE ${definer} AS $$
    BEGIN
      RETURN QUERY SELECT s.most_common_vals[i][1]::smallint, s.most_common_vals[i][2],
          round(s.most_common_freqs[i] * c.reltuples),
          (SELECT greatest(last_analyze, last_autoanalyze) FROM pg_stat_all_tables
           WHERE relid = 'dual_id.passports'::regclass)
        FROM pg_stats_ext s JOIN pg_class c ON c.oid = 'dual_id.passports'::regclass
        CROSS JOIN generate_subscripts(s.most_common_freqs, 1) i
        WHERE s.statistics_schemaname = 'dual_id'
          AND s.statistics_name = 'passports_type_status_st';
    END $$`;
}
