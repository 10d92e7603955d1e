import { definer } from '../../../core/schema/definer.js';
import { timesInUtc } from './partitions.js';

/**
 * Drops the partitions that end at or before a time, and returns how many; each leaves a row in
 * `dual_id.dropped_changes`, with the last transaction of the cluster in which its last change was
 * made. It is for the owner of the schema, and for whoever it is granted to.
 */
export const retentionFunction = `CREATE FUNCTION dual_id.drop_changes_before(moment timestamptz)
  RETURNS integer LANGUAGE plpgsql ${definer} SET lock_timeout = '2s'
  ${timesInUtc} AS $$
  DECLARE
    part record;
    dropped integer := 0;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('dual_id.changes', 0));
    FOR part IN
      SELECT c.relname AS name, bounds[1]::timestamptz AS from_time, bounds[2]::timestamptz AS to_time
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid,
        regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM [(]''(.*)''[)] TO [(]''(.*)''[)]')
          AS bounds
      WHERE i.inhparent = 'dual_id.changes'::regclass AND bounds[2]::timestamptz <= moment
      ORDER BY 2
    LOOP
      -- Whoever still has changes in it that are not committed is waited for, so that they count.
      EXECUTE format('LOCK TABLE dual_id.%I IN SHARE MODE', part.name);
      EXECUTE format('INSERT INTO dual_id.dropped_changes (partition_name, from_time, to_time,
          change_count, last_transaction_id, last_change_id)
        SELECT %L, %L, %L, count(*), (SELECT transaction_id FROM dual_id.%5$I
          WHERE change_id > (SELECT max(after_change_id) FROM dual_id.feed_epochs
            WHERE after_change_id < (SELECT max(change_id) FROM dual_id.%5$I))
          ORDER BY transaction_id DESC LIMIT 1), max(change_id) FROM dual_id.%5$I',
        part.name, part.from_time, part.to_time, NULL, part.name);
      EXECUTE format('DROP TABLE dual_id.%I', part.name);
      dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
  END $$`;
