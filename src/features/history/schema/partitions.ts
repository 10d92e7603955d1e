import { definer } from '../../../core/schema/definer.js';

/** Bounds are written as text and read again, by abbreviations of zones that mean several. */
export const timesInUtc = `SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD'`;

/**
 * Makes the partitions of this month and of some months after it, and returns how many it made. Any
 * instance may call it at any time: one does the work, and others find it done. What was written
 * into the partition for times without a month of their own becomes the partition of its months.
 */
export const partitionFunction = `CREATE FUNCTION dual_id.make_change_partitions(ahead integer)
  RETURNS integer LANGUAGE plpgsql ${definer} SET lock_timeout = '2s' ${timesInUtc} AS $$
  DECLARE
    first timestamp := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
    stray tstzrange;
    made integer := 0;
    part text;
    lower_bound timestamptz;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('dual_id.changes', 0));
    SELECT tstzrange(
        date_trunc('month', min(occurred_at) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
        (date_trunc('month', max(occurred_at) AT TIME ZONE 'UTC') + interval '1 month')
          AT TIME ZONE 'UTC')
      INTO stray FROM dual_id.changes_default HAVING count(*) > 0;
    IF stray IS NOT NULL THEN
      part := 'changes_' || to_char(lower(stray) AT TIME ZONE 'UTC', 'YYYY_MM') || '_late';
      ALTER TABLE dual_id.changes DETACH PARTITION dual_id.changes_default;
      EXECUTE format('ALTER TABLE dual_id.changes_default RENAME TO %I', part);
      EXECUTE format('ALTER TABLE dual_id.changes ATTACH PARTITION dual_id.%I
        FOR VALUES FROM (%L) TO (%L)', part, lower(stray), upper(stray));
      CREATE TABLE dual_id.changes_default PARTITION OF dual_id.changes DEFAULT;
      PERFORM dual_id.guard_log('dual_id.changes_default');
      made := made + 1;
    END IF;
    FOR month IN 0..ahead LOOP
      lower_bound := (first + make_interval(months => month)) AT TIME ZONE 'UTC';
      part := 'changes_' || to_char(lower_bound AT TIME ZONE 'UTC', 'YYYY_MM');
      CONTINUE WHEN to_regclass('dual_id.' || part) IS NOT NULL OR lower_bound <@ stray;
      EXECUTE format('CREATE TABLE dual_id.%I (LIKE dual_id.changes INCLUDING DEFAULTS)', part);
      PERFORM dual_id.guard_log(('dual_id.' || part)::regclass);
      EXECUTE format('ALTER TABLE dual_id.changes ATTACH PARTITION dual_id.%I
        FOR VALUES FROM (%L) TO (%L)', part, lower_bound,
        (first + make_interval(months => month + 1)) AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
    RETURN made;
  END $$`;
