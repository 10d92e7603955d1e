import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';
import { registryTablesDown, registryTablesUp } from './registry-tables.js';
import { guardFunctionsDown, guardFunctionsUp } from './guard-functions.js';
import { sequenceFunctionDown, sequenceFunctionUp } from './sequence.js';

/** The version of the library's own schema that this code works with. */
export const schemaVersion = 1;

/**
 * Creates the library's schema `dual_id`: the registry's tables, the functions behind guards and
 * sequences, and the row that tells the version. The first migration of an application calls it.
 */
export async function installDualId(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    refuseNamesake,
    'CREATE SCHEMA IF NOT EXISTS dual_id',
    `CREATE TABLE dual_id.schema_versions (
       component text NOT NULL,
       version integer NOT NULL,
       CONSTRAINT schema_versions_pk PRIMARY KEY (component))`,
    ...registryTablesUp,
    ...guardFunctionsUp,
    ...sequenceFunctionUp,
    ...registryGuards,
    `INSERT INTO dual_id.schema_versions (component, version) VALUES ('core', ${schemaVersion})`,
  ]);
}

/** Removes everything `installDualId` made. Entities must have been dropped before. */
export async function uninstallDualId(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    ...registryTablesDown,
    'DROP TABLE dual_id.schema_versions',
    ...sequenceFunctionDown,
    ...guardFunctionsDown,
    'DROP SCHEMA dual_id',
  ]);
}

/** The default search path begins with the role's own schema: a role dual_id would lose its tables. */
const refuseNamesake = `DO $do$ BEGIN
  IF current_user = 'dual_id' THEN
    RAISE EXCEPTION 'the role dual_id would find the schema dual_id before its own tables'
      USING HINT = 'Connect with a role of another name.';
  END IF;
END $do$`;

const registryGuards = [
  `CREATE TRIGGER passports_immutable
     BEFORE UPDATE OF id, uuid, platform_type_id, guid, entity_id ON dual_id.passports
     FOR EACH ROW WHEN ((OLD.id, OLD.uuid, OLD.platform_type_id, OLD.guid, OLD.entity_id)
       IS DISTINCT FROM (NEW.id, NEW.uuid, NEW.platform_type_id, NEW.guid, NEW.entity_id))
     EXECUTE FUNCTION dual_id.refuse_identity_change()`,
  `CREATE TRIGGER passports_permanent
     BEFORE DELETE OR TRUNCATE ON dual_id.passports
     FOR EACH STATEMENT EXECUTE FUNCTION dual_id.refuse_passport_removal()`,
];
