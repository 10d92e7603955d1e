import { closeDefiners, definer } from './definer.js';
import { recordFunctionsDown, recordFunctionsUp } from './record-functions.js';

/**
 * Version 7 of the schema: a role that may write the tables of an application needs no right to
 * write the registry. Triggers have the rights of the schema's owner, and so have functions for
 * what the application itself does there.
 */
export const rolesUp = [
  forEachTrigger(`ALTER FUNCTION %s ${definer}`),
  ...recordFunctionsUp,
  erasePassport(),
  estimatePassports(),
  closeDefiners,
];

export const rolesDown = [
  ...recordFunctionsDown,
  'DROP FUNCTION dual_id.erase_passport(uuid)',
  'DROP FUNCTION dual_id.estimate_passports()',
  forEachTrigger('GRANT EXECUTE ON FUNCTION %s TO PUBLIC'),
  forEachTrigger('ALTER FUNCTION %s SECURITY INVOKER RESET search_path'),
];

/**
 * The functions behind triggers of the application's tables and the relations: those that write
 * passports, claims and checks, or lock them. Triggers of passports run within them.
 */
function forEachTrigger(statement: string): string {
  return `DO $do$ DECLARE found regprocedure; BEGIN
    FOR found IN SELECT p.oid FROM pg_proc p
      WHERE p.pronamespace = 'dual_id'::regnamespace AND p.prorettype = 'trigger'::regtype
        AND (p.proname IN ('claim_master', 'release_master', 'link_master', 'fence_write',
               'refuse_relation_cycle', 'refuse_edge_of_deleted')
          OR p.proname <> 'refuse_identity_change' AND EXISTS (
            SELECT FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
            WHERE g.tgfoid = p.oid AND c.relnamespace <> 'dual_id'::regnamespace))
    LOOP EXECUTE format('${statement}', found); END LOOP;
  END $do$`;
}

/** Takes what the passport of an erased person tells, and enters the erasure. */
export function erasePassport(create = 'CREATE'): string {
  return `${create} FUNCTION dual_id.erase_passport(person uuid) RETURNS void
    LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      UPDATE dual_id.passports SET name = NULL, natural_key = NULL, description = NULL
        WHERE uuid = person;
      INSERT INTO dual_id.erasures (uuid) VALUES (person);
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
