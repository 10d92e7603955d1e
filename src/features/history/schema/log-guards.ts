import { definer, makeDefiner } from '../../../core/schema/definer.js';

/**
 * Refuses every change of the log but one: an erasure, which is a trigger of the schema's owner,
 * blanks images of the person. The guard is on the log and on every partition, because a statement
 * that names a partition fires only the partition's own triggers, and it fires in every replication
 * role.
 */
export const refuseLogChanges = `CREATE FUNCTION dual_id.refuse_log_change() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
  BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1
      AND concat(current_setting('dual_id.erasing', true), current_setting('dual_id.erased', true)) <> ''
      AND pg_has_role(current_user,
        (SELECT relowner FROM pg_class WHERE oid = 'dual_id.changes'::regclass), 'MEMBER')
    THEN RETURN NULL; END IF;
    RAISE EXCEPTION 'changes that were logged cannot be changed or deleted'
      USING ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Old ones are dropped by the month: dual_id.drop_changes_before(time).';
  END $$`;

/** Puts the guard on a table of the log. */
export const guardLog = makeDefiner(
  `CREATE FUNCTION dual_id.guard_log(part regclass) RETURNS void
   LANGUAGE plpgsql ${definer} AS $fn$
   BEGIN
     EXECUTE format('CREATE TRIGGER changes_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
       FOR EACH STATEMENT EXECUTE FUNCTION dual_id.refuse_log_change()', part);
     EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER changes_kept', part);
   END $fn$`,
  'dual_id.guard_log(regclass)',
);
