import { runSql } from '../../support/empty-database.js';

/** Notes every change of the consumers' table, with the session that made it. */
export async function watchLeases(superuser: string): Promise<void> {
  await runSql(
    superuser,
    `CREATE TABLE lease_events (place bigint GENERATED ALWAYS AS IDENTITY, name text, token bigint,
       leased_until timestamptz, at timestamptz, worker text);
     CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = public AS $$ BEGIN
         INSERT INTO lease_events (name, token, leased_until, at, worker) VALUES (NEW.name,
           NEW.token, NEW.leased_until, clock_timestamp(), current_setting('application_name'));
         RETURN NULL; END $$;
     CREATE TRIGGER noted AFTER INSERT OR UPDATE ON dual_id.feed_consumers
       FOR EACH ROW EXECUTE FUNCTION note_lease()`,
  );
}

/** What the watch saw. */
export interface LeaseVerdict {
  readonly leases: number;
  /** Leases that went on to another worker than the one before. */
  readonly takeovers: number;
  /** Leases that were taken before the one before had expired. */
  readonly early: number;
  /** Leases under which more than one worker renewed or stored. */
  readonly shared: number;
  /** Tokens that were not above the one before. */
  readonly backward: number;
}

/** Judges who held the leases when. */
export async function judgeLeases(superuser: string): Promise<LeaseVerdict> {
  const [row] = await runSql<LeaseVerdict>(
    superuser,
    `WITH events AS (SELECT *, lag(token) OVER w AS token_before,
         lag(leased_until) OVER w AS until_before, lag(worker) OVER w AS worker_before
       FROM lease_events WINDOW w AS (PARTITION BY name ORDER BY place)),
     taken AS (SELECT * FROM events WHERE token IS DISTINCT FROM token_before)
     SELECT (SELECT count(*)::int FROM taken) AS leases,
       (SELECT count(*)::int FROM taken WHERE worker <> worker_before) AS takeovers,
       (SELECT count(*)::int FROM taken WHERE until_before > at) AS early,
       (SELECT count(*)::int FROM (SELECT FROM lease_events GROUP BY name, token
         HAVING count(DISTINCT worker) > 1) s) AS shared,
       (SELECT count(*)::int FROM events WHERE token < token_before) AS backward`,
  );
  return row!;
}
