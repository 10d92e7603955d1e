import { definer } from '../../../core/schema/definer.js';
import { readChanges } from './feed-function.js';

/**
 * What the delta feed keeps: how far each consumer has got, under a lease with a token that only
 * grows, and the clusters that the log has lived in. Transaction ids start over in another cluster,
 * so a change belongs to the epoch in which its number was drawn.
 */
export const feedUp: readonly string[] = [
  `CREATE TABLE dual_id.feed_consumers (
     name text NOT NULL,
     position text,
     token bigint NOT NULL DEFAULT 1,
     leased_until timestamptz NOT NULL,
     moved_at timestamptz,
     CONSTRAINT feed_consumers_pk PRIMARY KEY (name),
     CONSTRAINT feed_consumers_name_ck CHECK (length(name) BETWEEN 1 AND 255))`,
  `CREATE TABLE dual_id.feed_epochs (
     epoch integer NOT NULL,
     system_identifier bigint NOT NULL,
     after_change_id bigint NOT NULL,
     began_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT feed_epochs_pk PRIMARY KEY (epoch))`,
  `INSERT INTO dual_id.feed_epochs (epoch, system_identifier, after_change_id)
     SELECT 1, system_identifier, 0 FROM pg_control_system()`,
  readChanges,
  beginEpoch(),
  'REVOKE EXECUTE ON FUNCTION dual_id.begin_feed_epoch() FROM PUBLIC',
];

/** Everything of `feedUp`. */
export const feedDown: readonly string[] = [
  'DROP FUNCTION dual_id.begin_feed_epoch()',
  'DROP FUNCTION dual_id.read_changes(xid8, bigint, bigint, bigint, integer)',
  'DROP TABLE dual_id.feed_epochs',
  'DROP TABLE dual_id.feed_consumers',
];

/** What an application role needs of it, for the `TO` of a grant. */
export function feedGrants(to: string): readonly string[] {
  return [
    `GRANT SELECT ON dual_id.feed_epochs ${to}`,
    `GRANT EXECUTE ON FUNCTION dual_id.read_changes(xid8, bigint, bigint, bigint, integer) ${to}`,
    `GRANT SELECT, INSERT, UPDATE ON dual_id.feed_consumers ${to}`,
  ];
}

/**
 * Says that the log goes on in another cluster, and returns the number of the epoch; called again,
 * it changes nothing. It has to be called before anything is logged there: changes until now are
 * read as those of the cluster before.
 */
function beginEpoch(): string {
  return `CREATE FUNCTION dual_id.begin_feed_epoch() RETURNS integer
    LANGUAGE plpgsql ${definer} AS $$
    DECLARE
      newest dual_id.feed_epochs;
      here bigint;
    BEGIN
      LOCK TABLE dual_id.feed_epochs IN SHARE ROW EXCLUSIVE MODE;
      LOCK TABLE dual_id.changes IN SHARE MODE;
      SELECT * INTO newest FROM dual_id.feed_epochs ORDER BY epoch DESC LIMIT 1;
      SELECT system_identifier INTO here FROM pg_control_system();
      IF newest.system_identifier = here THEN RETURN newest.epoch; END IF;
      INSERT INTO dual_id.feed_epochs (epoch, system_identifier, after_change_id)
        SELECT newest.epoch + 1, here, last_value FROM dual_id.change_ids;
      RETURN newest.epoch + 1;
    END $$`;
}
