import { definer, makeDefiner } from '../../../core/schema/definer.js';
import type { KnownPrincipals } from './principal-table.js';

/**
 * Who the principals are, and whether anybody has ever owned the application: from then on somebody
 * always does. The row is also what two removals at once wait for.
 */
export function ownershipUp({ type }: KnownPrincipals): string[] {
  return [
    `CREATE TABLE dual_id.identity (
       only_row boolean NOT NULL DEFAULT true,
       principal_type smallint NOT NULL,
       has_owner boolean NOT NULL DEFAULT false,
       CONSTRAINT identity_pk PRIMARY KEY (only_row),
       CONSTRAINT identity_only_row_ck CHECK (only_row))`,
    `INSERT INTO dual_id.identity (principal_type) VALUES (${type})`,
    makeDefiner(ownerExists, 'dual_id.owner_exists()'),
    makeDefiner(keepOwner, 'dual_id.keep_owner()'),
  ];
}

export const ownershipDown = [
  'DROP FUNCTION dual_id.keep_owner()',
  'DROP FUNCTION dual_id.owner_exists()',
  'DROP TABLE dual_id.identity',
];

/** Living principals with a role flagged `owner`, by themselves or by a group. */
const ownerExists = `CREATE FUNCTION dual_id.owner_exists() RETURNS boolean
  LANGUAGE sql STABLE ${definer} AS $fn$
  SELECT EXISTS (
    SELECT FROM dual_id.roles r
    CROSS JOIN LATERAL (
      SELECT h.principal_id FROM dual_id.principal_roles h WHERE h.role_uuid = r.uuid
      UNION ALL SELECT m.principal_id FROM dual_id.group_roles g
        JOIN dual_id.group_members m USING (group_uuid) WHERE g.role_uuid = r.uuid) held
    JOIN dual_id.passports p ON p.entity_id = held.principal_id AND p.status <> 'deleted'
      AND p.platform_type_id = (SELECT i.principal_type FROM dual_id.identity i)
    WHERE r.owner) $fn$`;

/**
 * Runs when a transaction commits, after all its changes. Writing the row makes a second removal
 * wait, which then sees the first one, or fails if its snapshot is older.
 */
const keepOwner = `CREATE FUNCTION dual_id.keep_owner() RETURNS trigger
  LANGUAGE plpgsql ${definer} AS $fn$
  DECLARE
    had_owner boolean;
    still_has boolean;
  BEGIN
    UPDATE dual_id.identity i SET has_owner = i.has_owner
      WHERE i.xmin <> pg_current_xact_id()::xid;
    SELECT i.has_owner INTO had_owner FROM dual_id.identity i FOR UPDATE;
    still_has := dual_id.owner_exists();
    IF had_owner AND NOT still_has THEN
      RAISE EXCEPTION 'the last owner cannot be removed' USING ERRCODE = 'DIOWN',
        HINT = 'Give another principal a role flagged owner first.';
    END IF;
    IF still_has AND NOT had_owner THEN
      UPDATE dual_id.identity SET has_owner = true;
    END IF;
    RETURN NULL;
  END $fn$`;
