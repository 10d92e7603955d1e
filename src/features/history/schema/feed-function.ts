/**
 * Only transactions below the oldest one that is still open: none of these can commit any more, so
 * nothing will come to stand before what was read. Prepared transactions count as open.
 */
const belowHorizonSql = 'c.transaction_id < pg_snapshot_xmin(pg_current_snapshot())';

/** An epoch that is over has no open transactions, and ends where the next one begins. */
const ofEpochSql = 'c.change_id <= until';

/**
 * The next changes of the feed. The planner takes the range of an index for a twentieth of the table
 * and would sort it all; the order of the index itself is what makes a batch cheap.
 */
export const readChanges = `CREATE FUNCTION dual_id.read_changes(
    after_transaction xid8, after_change bigint, above bigint, until bigint, size integer)
  RETURNS TABLE (operation "char", transaction_id xid8, change_id bigint, table_id integer,
    record_id bigint, uuid uuid, related_uuid uuid, actor uuid, occurred_at timestamptz,
    record_key jsonb)
  LANGUAGE plpgsql STABLE ROWS 5000 SET search_path = pg_catalog, pg_temp
  SET enable_sort = off SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
  #variable_conflict use_column
  BEGIN
    IF until IS NULL THEN ${changesWhere(belowHorizonSql)};
    ELSE ${changesWhere(ofEpochSql)};
    END IF;
  END $$`;

function changesWhere(readableSql: string): string {
  return `RETURN QUERY
    SELECT c.operation, c.transaction_id, c.change_id, c.table_id, c.record_id, c.uuid,
      c.related_uuid, c.actor, c.occurred_at, c.record_key
    FROM dual_id.changes c
    WHERE (c.transaction_id, c.change_id) > (after_transaction, after_change)
      AND ${readableSql} AND c.change_id > above
    ORDER BY c.transaction_id, c.change_id LIMIT size`;
}
