import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets an import bring the history of orders along. Under the setting `shop.importing`, which an
 * import makes for its own transaction, rows may be inserted; the database still refuses every row
 * that does not continue its order's chain, and moves the order to the last status itself.
 */
export class ImportOrderStatusHistory1760000800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const isImporting = `coalesce(current_setting('shop.importing', true), '') = 'on'`;
const isFollowing = `${isImporting} AND pg_trigger_depth() > 0`;

const looseTrigger = (name: string, events: string, condition: string) => `
  CREATE TRIGGER ${name} BEFORE ${events} ON order_status_history
    FOR EACH STATEMENT WHEN (${condition}) EXECUTE FUNCTION refuse_loose_history()`;

const statusTriggers = (condition: string) => [
  `CREATE TRIGGER orders_status_edge BEFORE UPDATE OF status ON orders
     FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION refuse_status_edge()`,
  `CREATE TRIGGER orders_status_history AFTER UPDATE OF status ON orders
     FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION record_status_change()`,
];

const dropStatusTriggers = [
  'DROP TRIGGER orders_status_history ON orders',
  'DROP TRIGGER orders_status_edge ON orders',
];

const isChange = 'OLD.status IS DISTINCT FROM NEW.status';

// The first broken row is enough, yet a LIMIT would make the planner bet on meeting one at once: for
// history that is whole it then compares every row with every other.
const followHistory = `
  CREATE FUNCTION follow_imported_history() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE broken record;
  BEGIN
    SELECT * INTO broken FROM (
      SELECT h.order_id, h.old_status, h.new_status, a.id IS NOT NULL AS is_added,
        lag(h.new_status) OVER chain AS before,
        lag(a.id) OVER chain IS NOT NULL AS is_after_added
      FROM order_status_history h LEFT JOIN added a ON a.id = h.id
      WHERE h.order_id IN (SELECT order_id FROM added)
      WINDOW chain AS (PARTITION BY h.order_id ORDER BY h.changed_at, h.id)) c
    WHERE (is_added OR is_after_added) AND (old_status IS DISTINCT FROM before
      OR old_status IS NULL AND new_status <> 'pending'
      OR old_status IS NOT NULL AND NOT EXISTS (SELECT 1 FROM order_status_edges
        WHERE from_status = old_status AND to_status = new_status));
    IF FOUND THEN
      RAISE EXCEPTION 'an order does not go from % to %', broken.before, broken.new_status
        USING ERRCODE = 'check_violation';
    END IF;
    UPDATE orders o SET status = l.new_status, version = o.version + 1, updated_at = now()
    FROM (SELECT DISTINCT ON (order_id) order_id, new_status FROM order_status_history
          WHERE order_id IN (SELECT order_id FROM added)
          ORDER BY order_id, changed_at DESC, id DESC) l
    WHERE o.id = l.order_id AND o.status <> l.new_status;
    RETURN NULL;
  END $$`;

const up = [
  `ALTER TABLE order_status_history ADD CONSTRAINT order_status_history_change_uq
     UNIQUE (order_id, changed_at, new_status)`,
  'DROP TRIGGER order_status_history_loose ON order_status_history',
  looseTrigger('order_status_history_loose', 'UPDATE OR DELETE', 'pg_trigger_depth() = 0'),
  looseTrigger(
    'order_status_history_loose_insert',
    'INSERT',
    `pg_trigger_depth() = 0 AND NOT (${isImporting})`,
  ),
  followHistory,
  `CREATE TRIGGER order_status_history_follow AFTER INSERT ON order_status_history
     REFERENCING NEW TABLE AS added FOR EACH STATEMENT
     WHEN (pg_trigger_depth() = 0 AND ${isImporting}) EXECUTE FUNCTION follow_imported_history()`,
  ...dropStatusTriggers,
  ...statusTriggers(`${isChange} AND NOT (${isFollowing})`),
];

const down = [
  ...dropStatusTriggers,
  ...statusTriggers(isChange),
  'DROP TRIGGER order_status_history_follow ON order_status_history',
  'DROP FUNCTION follow_imported_history()',
  'DROP TRIGGER order_status_history_loose_insert ON order_status_history',
  'DROP TRIGGER order_status_history_loose ON order_status_history',
  looseTrigger(
    'order_status_history_loose',
    'INSERT OR UPDATE OR DELETE',
    'pg_trigger_depth() = 0',
  ),
  'ALTER TABLE order_status_history DROP CONSTRAINT order_status_history_change_uq',
];
