import { grantDualId } from 'nest-dual-id';
import { grantApiKeys } from 'nest-dual-id/api-keys';
import { grantHistory } from 'nest-dual-id/history';
import { grantIdempotency } from 'nest-dual-id/idempotency';
import { grantIdentity } from 'nest-dual-id/identity';
import { grantLegacyIds } from 'nest-dual-id/legacy-ids';
import { grantLocks } from 'nest-dual-id/locks';
import { grantRelations } from 'nest-dual-id/relations';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

/** Roles of the test server that are not superusers: one owns and migrates, the other works. */
export const roleNames = { owner: 'test_owner', application: 'test_application' } as const;

const password = 'test';

/** Creates the roles, once per server. */
export const makeRoles = Object.values(roleNames).map(
  (role) => `DO $do$ BEGIN
    IF to_regrole('${role}') IS NULL THEN
      CREATE ROLE ${role} LOGIN PASSWORD '${password}' NOSUPERUSER NOCREATEDB NOCREATEROLE;
    END IF;
  END $do$`,
);

/** The address of a database for one of the roles. */
export function urlAs(
  role: keyof typeof roleNames,
  server: string,
  database = new URL(server).pathname.slice(1),
): string {
  const url = new URL(server);
  url.username = roleNames[role];
  url.password = password;
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Migrates a database as its owner, and returns the address for a role that owns nothing and was
 * granted what `docs/roles.md` says. `url` is the superuser's.
 */
export async function migratedFor(
  url: string,
  migrate: (runner: EntityManager) => Promise<void>,
): Promise<string> {
  await inTransaction(urlAs('owner', url), migrate);
  await inTransaction(url, grantApplication);
  return urlAs('application', url);
}

const ofFeatures = {
  api_keys: grantApiKeys,
  passports: grantDualId,
  changes: grantHistory,
  idempotency_keys: grantIdempotency,
  identity: grantIdentity,
  legacy_id_uses: grantLegacyIds,
  relations: grantRelations,
  leases: grantLocks,
};

async function grantApplication(runner: EntityManager): Promise<void> {
  for (const [table, grant] of Object.entries(ofFeatures)) {
    const [row] = await runner.query(`SELECT to_regclass('dual_id.${table}') AS found`);
    if (row.found !== null) await grant(runner, roleNames.application);
  }
  await runner.query(grantOwnTables);
}

/** Tables of the application's own, those that the test makes later too. */
const grantOwnTables = `DO $do$ DECLARE place regnamespace; BEGIN
  FOR place IN SELECT oid FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'dual_id')
  LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO ${roleNames.application}', place);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s
      TO ${roleNames.application}', place);
    EXECUTE format('ALTER DEFAULT PRIVILEGES FOR ROLE ${roleNames.owner}, CURRENT_USER
      IN SCHEMA %s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES
      TO ${roleNames.application}', place);
  END LOOP;
END $do$`;

async function inTransaction(
  url: string,
  work: (runner: EntityManager) => Promise<void>,
): Promise<void> {
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  await source.transaction(work).finally(() => source.destroy());
}
