import { statement } from '../../../core/database/statement.js';

/** The columns of a batch. The first row is about the batch itself. */
export type BatchRow = readonly [
  operation: string,
  transaction: string | null,
  change: string | null,
  table: number | null,
  recordId: string | null,
  uuid: string | null,
  relatedUuid: string | null,
  actor: string | null,
  occurredAt: Date | null,
  recordKey: string | null,
  /** In the first row: horizon, system identifier, whether changes were dropped, rows read. */
  batch: readonly [string, string, boolean, number] | null,
];

/**
 * Reads a batch: after transaction $1 and change $2, with numbers above $3, at most $7. In an epoch
 * that is over, $4 is its last number. Changes of the snapshot $5 and of tables other than $6 are
 * left out, but count as read. Partitions $8 were dropped before that snapshot.
 */
export const readBatch = statement(`
  WITH batch AS MATERIALIZED (SELECT * FROM dual_id.read_changes($1, $2, $3, $4, $7)),
  tail AS (
    SELECT transaction_id, change_id FROM batch
    ORDER BY transaction_id DESC, change_id DESC LIMIT 1)
  SELECT '-'::"char", t.transaction_id, t.change_id, NULL::integer, NULL::bigint, NULL::uuid,
    NULL::uuid, NULL::uuid, NULL::timestamptz, NULL::text,
    json_build_array(pg_snapshot_xmin(pg_current_snapshot())::text,
      (SELECT system_identifier::text FROM pg_control_system()),
      EXISTS (SELECT FROM dual_id.dropped_changes d WHERE d.last_change_id > $3
        AND d.last_change_id <> ALL ($8::bigint[])
        AND ((d.last_transaction_id, d.last_change_id) > ($1, $2) OR d.last_change_id > $4)),
      (SELECT count(*) FROM batch))
  FROM (SELECT) one LEFT JOIN tail t ON true
  UNION ALL
  SELECT b.operation, b.transaction_id, b.change_id, b.table_id, b.record_id, b.uuid,
    b.related_uuid, b.actor, b.occurred_at, b.record_key::text, NULL
  FROM batch b
  WHERE ($5::pg_snapshot IS NULL OR NOT pg_visible_in_snapshot(b.transaction_id, $5))
    AND ($6::int[] IS NULL OR b.table_id = ANY ($6))`);

/** The epochs of the log, the newest one first. */
export const readEpochs = statement(
  `SELECT epoch, system_identifier::text, after_change_id::text FROM dual_id.feed_epochs
   ORDER BY epoch DESC`,
);

/** The tables of the log by their number. */
export const readLoggedTables = statement(
  'SELECT table_id, schema_name, table_name FROM dual_id.history_tables',
);

/**
 * The public ids of the rows that detail rows belong to, by the type that these had when the change
 * was logged. The registry knows them after a delete too; the record id of a guid entity is that of
 * its passport, which has no entity id.
 */
export const readParents = statement(
  `SELECT k.change_id::text, coalesce(
     (SELECT p.uuid FROM dual_id.passports p
       WHERE p.platform_type_id = e.type AND p.entity_id = k.record_id),
     (SELECT p.uuid FROM dual_id.passports p
       WHERE p.id = k.record_id AND p.platform_type_id = e.type AND p.entity_id IS NULL))
   FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS k (table_id, record_id, change_id)
   JOIN dual_id.history_tables t USING (table_id)
   CROSS JOIN LATERAL (SELECT (era ->> 'parentType')::integer AS type
     FROM jsonb_array_elements(t.definition -> 'eras') era
     WHERE (era ->> 'after')::bigint < k.change_id
     ORDER BY (era ->> 'after')::bigint DESC LIMIT 1) e
   WHERE e.type IS NOT NULL`,
);

/**
 * The snapshot of the transaction and the last change that it sees, with the epoch, the cluster it
 * is in and the cluster here, the last transaction whose changes were dropped, and the partitions
 * that were dropped and had changes of transactions which may be above the position.
 */
export const readSnapshot = statement(
  `SELECT pg_current_snapshot()::text, e.epoch,
     e.system_identifier = (SELECT system_identifier FROM pg_control_system()),
     c.transaction_id::text, c.change_id::text, floor(extract(epoch FROM c.occurred_at) * 1000)::float8,
     (SELECT max(d.last_transaction_id)::text FROM dual_id.dropped_changes d
       WHERE d.last_change_id > e.after_change_id),
     ARRAY(SELECT d.last_change_id::text FROM dual_id.dropped_changes d
       WHERE d.last_change_id > e.after_change_id
         AND d.last_transaction_id >= least(
           pg_snapshot_xmin(pg_current_snapshot()), c.transaction_id))
   FROM (SELECT * FROM dual_id.feed_epochs ORDER BY epoch DESC LIMIT 1) e
   LEFT JOIN LATERAL (SELECT transaction_id, change_id, occurred_at FROM dual_id.changes
     WHERE transaction_id < pg_snapshot_xmax(pg_current_snapshot())
       AND change_id > e.after_change_id
     ORDER BY transaction_id DESC, change_id DESC LIMIT 1) c ON true`,
);

/** Whether the change $1, $2 of the time $3 is gone although no retention dropped it. */
export const readSetBack = statement(
  `SELECT NOT EXISTS (SELECT FROM dual_id.changes c
       WHERE (c.transaction_id, c.change_id) = ($1::xid8, $2::bigint)
         AND floor(extract(epoch FROM c.occurred_at) * 1000) = $3::bigint)
     AND NOT EXISTS (SELECT FROM dual_id.dropped_changes d
       WHERE (d.last_transaction_id, d.last_change_id) >= ($1::xid8, $2::bigint))`,
);

/**
 * Which of these changes were overtaken: a newer change of the same record, in a transaction with a
 * lower id, was handed out before. $6 is the highest number that was.
 */
export const readOvertaken = statement(
  `SELECT k.place::integer FROM unnest($1::xid8[], $2::bigint[], $3::int[], $4::bigint[],
       $5::text[]) WITH ORDINALITY AS k (transaction_id, change_id, table_id, record_id, key, place)
   WHERE EXISTS (SELECT FROM dual_id.changes n
     WHERE n.table_id = k.table_id AND n.record_id = k.record_id AND n.change_id > k.change_id
       AND n.change_id <= $6 AND n.transaction_id < k.transaction_id
       AND n.operation IN ('I', 'U', 'D')
       AND concat(n.related_uuid, n.record_key) = k.key)`,
);

/**
 * Seconds since the oldest open transaction that wrote began, or since the oldest change that waits
 * was made, where the role may not see the transaction.
 */
export const readHorizonAge = statement(
  `SELECT coalesce(extract(epoch FROM clock_timestamp() - least(
     (SELECT min(xact_start) FROM pg_stat_activity WHERE backend_xid IS NOT NULL),
     (SELECT min(prepared) FROM pg_prepared_xacts),
     (SELECT c.occurred_at FROM dual_id.changes c
       WHERE c.transaction_id >= pg_snapshot_xmin(pg_current_snapshot())
         AND c.change_id > (SELECT max(after_change_id) FROM dual_id.feed_epochs)
       ORDER BY c.transaction_id, c.change_id LIMIT 1))), 0)::float8`,
);
