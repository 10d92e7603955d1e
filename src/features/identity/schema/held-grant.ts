import { definer, makeDefiner } from '../../../core/schema/definer.js';

export const holdGrant = 'dual_id.hold_grant(uuid, uuid[], uuid[], uuid[])';

export const heldGrantDown = `DROP FUNCTION ${holdGrant}`;

/**
 * Compares what a grant brings with what the actor holds, and keeps both as they are until the
 * transaction ends. A group or role that is locked FOR UPDATE gets nothing more, because its new
 * pairs would refer to it; pairs locked FOR KEY SHARE are not taken away. A snapshot would not show
 * what was added since it was taken, so that a transaction with one fails if anything was changed.
 */
export const heldGrantUp = makeDefiner(
  `CREATE FUNCTION dual_id.hold_grant(actor uuid, granted_groups uuid[], granted_roles uuid[],
     granted_permissions uuid[])
   RETURNS TABLE (required text[], held text[], needs_owner boolean, is_owner boolean)
   LANGUAGE plpgsql ${definer} AS $fn$
   #variable_conflict use_column
   DECLARE
     all_roles uuid[];
     all_permissions uuid[];
     actor_id bigint;
     own_groups uuid[];
     own_roles uuid[];
   BEGIN
     IF current_setting('transaction_isolation') NOT LIKE 'read %' THEN
       UPDATE dual_id.access_version SET version = version + 1;
     END IF;
     PERFORM FROM dual_id.groups WHERE uuid = ANY (granted_groups) ORDER BY uuid FOR UPDATE;
     all_roles := granted_roles || ARRAY(
       SELECT role_uuid FROM dual_id.group_roles WHERE group_uuid = ANY (granted_groups));
     PERFORM FROM dual_id.roles WHERE uuid = ANY (all_roles) ORDER BY uuid FOR UPDATE;
     all_permissions := granted_permissions || ARRAY(
       SELECT permission_uuid FROM dual_id.role_permissions WHERE role_uuid = ANY (all_roles));
     required := ARRAY(
       SELECT name FROM dual_id.permissions WHERE uuid = ANY (all_permissions) ORDER BY name);
     needs_owner := EXISTS (SELECT FROM dual_id.roles WHERE uuid = ANY (all_roles) AND owner);
     SELECT p.entity_id INTO actor_id FROM dual_id.passports p
       WHERE p.uuid = actor AND p.status <> 'deleted'
         AND p.platform_type_id = (SELECT i.principal_type FROM dual_id.identity i) FOR SHARE;
     own_groups := ARRAY(SELECT group_uuid FROM dual_id.group_members
       WHERE principal_id = actor_id ORDER BY group_uuid FOR KEY SHARE);
     own_roles := ARRAY(SELECT role_uuid FROM dual_id.principal_roles
         WHERE principal_id = actor_id ORDER BY role_uuid FOR KEY SHARE)
       || ARRAY(SELECT role_uuid FROM dual_id.group_roles
         WHERE group_uuid = ANY (own_groups) ORDER BY group_uuid, role_uuid FOR KEY SHARE);
     held := ARRAY(SELECT name FROM dual_id.permissions WHERE uuid = ANY (ARRAY(
       SELECT permission_uuid FROM dual_id.role_permissions
       WHERE role_uuid = ANY (own_roles) AND permission_uuid = ANY (all_permissions)
       ORDER BY role_uuid, permission_uuid FOR KEY SHARE)));
     is_owner := EXISTS (SELECT FROM dual_id.roles WHERE uuid = ANY (own_roles) AND owner);
     RETURN NEXT;
   END $fn$`,
  holdGrant,
);
