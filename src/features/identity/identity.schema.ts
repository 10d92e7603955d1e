import { accessVersionDown, accessVersionUp } from '../../core/schema/access-version.js';
import { addGuidId, dropDualIdTable } from '../../core/schema/dual-id-table.js';
import type { GrantOptions } from '../../core/schema/grants.js';
import { grantToAll, useSchema } from '../../core/schema/grants.js';
import type { SchemaRunner } from '../../core/schema/schema-runner.js';
import { runAll } from '../../core/schema/schema-runner.js';
import { quoteIdentifier } from '../../core/sql/quoting.js';
import { heldGrantDown, heldGrantUp, holdGrant } from './schema/held-grant.js';
import { ownershipDown, ownershipUp } from './schema/ownership.js';
import type { PrincipalTable } from './schema/principal-table.js';
import { readPrincipals } from './schema/principal-table.js';
import {
  enrolledTables,
  joinTableNames,
  joinTablesDown,
  joinTablesUp,
  identityTablesUp,
} from './schema/tables.js';
import { triggersDown, identityTriggersUp } from './schema/triggers.js';

/** Options of `installIdentity`. */
export interface IdentitySchemaOptions extends GrantOptions {
  /** The table of the people and service accounts that may have rights. */
  readonly principal: PrincipalTable;
}

/**
 * Creates groups, roles and permissions, enrolled in the registry, and the tables that link them
 * with the principals. Called once by a migration, after `addDualId` of the principals' table.
 *
 * @example
 * await installIdentity(runner, { principal: { table: 'users' }, grantTo: 'shop_app' });
 */
export async function installIdentity(
  runner: SchemaRunner,
  options: IdentitySchemaOptions,
): Promise<void> {
  const principals = await readPrincipals(runner, options.principal);
  await runAll(runner, identityTablesUp);
  for (const table of enrolledTables) await addGuidId(runner, table);
  await runAll(runner, [
    ...joinTablesUp(principals),
    ...accessVersionUp,
    ...ownershipUp(principals),
    heldGrantUp,
    ...identityTriggersUp(principals),
  ]);
  await grantToAll(options, (role) => grantIdentity(runner, role));
}

/**
 * Grants an application role what it needs to look up rights and to manage them. It cannot rename
 * a permission or a role, or make a role one of owners.
 */
export async function grantIdentity(runner: SchemaRunner, role: string): Promise<void> {
  const to = `TO ${quoteIdentifier(role)}`;
  const tables = [...enrolledTables.map(({ table }) => table), ...joinTableNames];
  await runAll(runner, [
    useSchema(role),
    ...tables.map((table) => `GRANT SELECT, INSERT, DELETE ON dual_id.${table} ${to}`),
    `GRANT SELECT ON dual_id.identity, dual_id.access_version ${to}`,
    `GRANT EXECUTE ON FUNCTION ${holdGrant} ${to}`,
  ]);
}

/**
 * Removes what `installIdentity` created, with all rights. The passports of groups, roles and
 * permissions stay, as tombstones.
 */
export async function uninstallIdentity(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [...triggersDown, ...joinTablesDown, heldGrantDown, ...ownershipDown]);
  for (const table of enrolledTables.toReversed()) await dropDualIdTable(runner, table);
  await runAll(runner, [accessVersionDown]);
}
