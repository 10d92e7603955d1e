import { personalPlaceDown, personalPlaceUp } from '../../../core/schema/personal-place.js';
import { imagesOfPerson, noteErasure, noteErasureDown, overwriteImage } from './erased-images.js';
import { feedDown, feedUp } from './feed-consumers.js';
import { guardLog, refuseLogChanges } from './log-guards.js';
import { partitionFunction } from './partitions.js';
import { retentionFunction } from './retention.js';

/**
 * The log, which tables it has, and what was dropped from it. A number of a change is drawn while
 * the row is locked, so that the numbers of one record are in the order of its changes; a sequence
 * that hands out several at once would break that.
 */
export const logUp: readonly string[] = [
  `CREATE TABLE dual_id.history_tables (
     table_id integer GENERATED ALWAYS AS IDENTITY,
     schema_name text NOT NULL,
     table_name text NOT NULL,
     keep text NOT NULL,
     record_columns text[] NOT NULL,
     definition jsonb NOT NULL,
     attached_at timestamptz NOT NULL DEFAULT now(),
     detached_at timestamptz,
     CONSTRAINT history_tables_pk PRIMARY KEY (table_id),
     CONSTRAINT history_tables_name_uq UNIQUE (schema_name, table_name),
     CONSTRAINT history_tables_keep_ck CHECK (keep IN ('ids', 'changes', 'rows')))`,
  'CREATE SEQUENCE dual_id.change_ids AS bigint CACHE 1',
  `CREATE TABLE dual_id.changes (
     change_id bigint NOT NULL DEFAULT nextval('dual_id.change_ids'),
     transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
     occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     record_id bigint,
     table_id integer NOT NULL,
     operation "char" NOT NULL,
     uuid uuid,
     related_uuid uuid,
     actor uuid,
     tenant uuid,
     record_key jsonb,
     old jsonb,
     new jsonb)
   PARTITION BY RANGE (occurred_at)`,
  'ALTER SEQUENCE dual_id.change_ids OWNED BY dual_id.changes.change_id',
  'CREATE INDEX changes_feed_ix ON dual_id.changes (transaction_id, change_id)',
  'CREATE INDEX changes_record_ix ON dual_id.changes (table_id, record_id, change_id)',
  'CREATE INDEX changes_actor_ix ON dual_id.changes (actor, change_id) WHERE actor IS NOT NULL',
  `CREATE INDEX changes_related_uuid_ix ON dual_id.changes (related_uuid, change_id)
     WHERE related_uuid IS NOT NULL`,
  // What concerns a table as a whole is part of the history of each of its rows, which may have
  // changed without an image since.
  `CREATE INDEX changes_whole_ix ON dual_id.changes (table_id, change_id)
     WHERE operation IN ('B', 'T')`,
  // The public id of a deleted row that was never enrolled stands nowhere else.
  `CREATE INDEX changes_deleted_uuid_ix ON dual_id.changes (uuid) WHERE operation = 'D'`,
  `CREATE TABLE dual_id.dropped_changes (
     partition_name text NOT NULL,
     from_time timestamptz NOT NULL,
     to_time timestamptz NOT NULL,
     change_count bigint NOT NULL,
     last_transaction_id xid8,
     last_change_id bigint,
     dropped_at timestamptz NOT NULL DEFAULT now(),
     dropped_by text NOT NULL DEFAULT session_user,
     CONSTRAINT dropped_changes_pk PRIMARY KEY (partition_name, dropped_at))`,
  refuseLogChanges,
  guardLog,
  'CREATE TABLE dual_id.changes_default PARTITION OF dual_id.changes DEFAULT',
  partitionFunction,
  retentionFunction,
  'REVOKE EXECUTE ON FUNCTION dual_id.make_change_partitions(integer) FROM PUBLIC',
  'REVOKE EXECUTE ON FUNCTION dual_id.drop_changes_before(timestamptz) FROM PUBLIC',
  `SELECT dual_id.guard_log(name::regclass)
     FROM unnest(ARRAY['dual_id.changes', 'dual_id.changes_default']) AS name`,
  'SELECT dual_id.make_change_partitions(3)',
  changeLogView(),
  overwriteImage,
  ...noteErasure,
  ...personalPlaceUp(imagesOfPerson),
  ...feedUp,
];

/** Everything of `logUp`, with all that was logged. */
export const logDown: readonly string[] = [
  ...personalPlaceDown(imagesOfPerson),
  ...noteErasureDown,
  ...feedDown,
  'DROP VIEW dual_id.change_log',
  'DROP FUNCTION dual_id.overwrite_image(jsonb, jsonb)',
  'DROP TABLE dual_id.changes',
  'DROP TABLE dual_id.dropped_changes',
  'DROP TABLE dual_id.history_tables',
  'DROP FUNCTION dual_id.drop_changes_before(timestamptz)',
  'DROP FUNCTION dual_id.make_change_partitions(integer)',
  'DROP FUNCTION dual_id.guard_log(regclass)',
  'DROP FUNCTION dual_id.refuse_log_change()',
];

/**
 * The log as the design that gave every record an integer had it. It shows no more than the log
 * itself does to whoever reads it.
 */
function changeLogView(): string {
  return `CREATE VIEW dual_id.change_log WITH (security_invoker = true) AS
    SELECT c.change_id, t.table_name, c.record_id,
      CASE c.operation WHEN 'I' THEN 'INSERT' WHEN 'U' THEN 'UPDATE' WHEN 'D' THEN 'DELETE'
        WHEN 'T' THEN 'TRUNCATE' ELSE 'BULK' END AS operation,
      c.occurred_at
    FROM dual_id.changes c JOIN dual_id.history_tables t USING (table_id)`;
}
