import { noteAccessChange } from '../../../core/schema/access-version.js';
import { joinTableNames } from './tables.js';
import type { KnownPrincipals } from './principal-table.js';

const keepOwnerTrigger = 'EXECUTE FUNCTION dual_id.keep_owner()';
const deferred = 'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW';

/**
 * What notes a change of rights, and what keeps the last owner. Of two triggers of an event the
 * names decide which is first: all transactions lock the version before the ownership.
 */
export function identityTriggersUp({ type }: KnownPrincipals): string[] {
  return [
    ...joinTableNames.flatMap((table) => onChange(table, 'access_changed', noteAccessChange)),
    // A permission makes nobody an owner.
    ...joinTableNames
      .filter((table) => table !== 'role_permissions')
      .flatMap((table) => onChange(table, 'owner_kept', keepOwnerTrigger)),
    `CREATE CONSTRAINT TRIGGER permissions_access_changed AFTER UPDATE OF name
       ON dual_id.permissions ${deferred} ${noteAccessChange}`,
    `CREATE CONSTRAINT TRIGGER roles_owner_kept AFTER UPDATE OF owner ON dual_id.roles
       ${deferred} ${keepOwnerTrigger}`,
    ...onDeath(type),
  ];
}

/** The others go with their tables. */
export const triggersDown = [
  'DROP TRIGGER roles_owner_kept ON dual_id.roles',
  'DROP TRIGGER principals_access_changed ON dual_id.passports',
  'DROP TRIGGER principals_owner_kept ON dual_id.passports',
];

function onChange(table: string, suffix: string, action: string): string[] {
  return [
    `CREATE CONSTRAINT TRIGGER ${table}_${suffix} AFTER INSERT OR UPDATE OR DELETE
       ON dual_id.${table} ${deferred} ${action}`,
    `CREATE TRIGGER ${table}_${suffix}_by_truncate AFTER TRUNCATE ON dual_id.${table}
       FOR EACH STATEMENT ${action}`,
  ];
}

/** A principal who is deleted, erased or restored: the registry follows the row. */
function onDeath(type: number): string[] {
  const when = `WHEN (NEW.platform_type_id = ${type}
    AND (OLD.status = 'deleted') <> (NEW.status = 'deleted'))`;
  return [
    ['principals_access_changed', noteAccessChange],
    ['principals_owner_kept', keepOwnerTrigger],
  ].map(
    ([name, action]) => `CREATE CONSTRAINT TRIGGER ${name} AFTER UPDATE OF status
      ON dual_id.passports ${deferred} ${when} ${action}`,
  );
}
