import type { GrantOptions } from './grants.js';
import { grantDualId, grantToAll } from './grants.js';
import type { SchemaRunner } from './schema-runner.js';
import { schemaSteps } from './schema-steps.js';
import type { SchemaRange } from './versioned-schema.js';
import { VersionedSchema } from './versioned-schema.js';

const schema = new VersionedSchema(schemaSteps);

/**
 * The versions of the library's own schema that this code works with: the newest it knows, down to
 * the oldest that has all it reads and writes. A newer one says itself whether it does.
 */
export const schemaRange: SchemaRange = { oldest: schema.newest, newest: schema.newest };

/**
 * Creates the library's schema `dual_id`: the registry's tables, the functions behind guards and
 * sequences, and the row that tells the version. The first migration of an application calls it,
 * and names the version, so that it means the same forever; without one it is the newest.
 */
export async function installDualId(
  runner: SchemaRunner,
  version = schema.newest,
  options: GrantOptions = {},
): Promise<void> {
  await runner.query(refuseNamesake);
  await schema.install(runner, version);
  await grantToAll(options, (role) => grantDualId(runner, role));
}

/**
 * Brings the schema up to a version, the newest by default; one that is there already is left as
 * it is. A migration calls it after the library was updated.
 */
export async function upgradeDualId(
  runner: SchemaRunner,
  version = schema.newest,
  options: GrantOptions = {},
): Promise<void> {
  await schema.upgrade(runner, version);
  await grantToAll(options, (role) => grantDualId(runner, role));
}

/** Takes the schema back to an older version, and with it what only the newer one can keep. */
export async function downgradeDualId(runner: SchemaRunner, version: number): Promise<void> {
  await schema.downgrade(runner, version);
}

/** Removes everything `installDualId` made. Entities must have been dropped before. */
export async function uninstallDualId(runner: SchemaRunner): Promise<void> {
  await schema.uninstall(runner);
}

/** The default search path begins with the role's own schema: a role dual_id would lose its tables. */
const refuseNamesake = `DO $do$ BEGIN
  IF current_user = 'dual_id' THEN
    RAISE EXCEPTION 'the role dual_id would find the schema dual_id before its own tables'
      USING HINT = 'Connect with a role of another name.';
  END IF;
END $do$`;
