import { problem } from '../errors/problem.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';
import { schemaSteps } from './schema-steps.js';

/** The version of the library's own schema that this code works with. */
export const schemaVersion = schemaSteps.length;

/**
 * Creates the library's schema `dual_id`: the registry's tables, the functions behind guards and
 * sequences, and the row that tells the version. The first migration of an application calls it,
 * and names the version, so that it means the same for ever; without one it is the newest.
 */
export async function installDualId(runner: SchemaRunner, version = schemaVersion): Promise<void> {
  requireKnown(version);
  await runAll(runner, [
    refuseNamesake,
    'CREATE SCHEMA IF NOT EXISTS dual_id',
    `CREATE TABLE dual_id.schema_versions (
       component text NOT NULL,
       version integer NOT NULL,
       CONSTRAINT schema_versions_pk PRIMARY KEY (component))`,
    ...schemaSteps.slice(0, version).flatMap(({ up }) => up),
    `INSERT INTO dual_id.schema_versions (component, version) VALUES ('core', ${version})`,
  ]);
}

/**
 * Brings the schema up to a version, the newest by default; one that is there already is left as
 * it is. A migration calls it after the library was updated.
 */
export async function upgradeDualId(runner: SchemaRunner, version = schemaVersion): Promise<void> {
  requireKnown(version);
  const current = await currentVersion(runner);
  if (current >= version) return;
  await runAll(runner, [
    ...schemaSteps.slice(current, version).flatMap(({ up }) => up),
    recordVersion(version),
  ]);
}

/** Takes the schema back to an older version, and with it what only the newer one can keep. */
export async function downgradeDualId(runner: SchemaRunner, version: number): Promise<void> {
  requireKnown(version);
  const current = await currentVersion(runner);
  if (current <= version) return;
  await runAll(runner, [...stepsBack(current, version), recordVersion(version)]);
}

/** Removes everything `installDualId` made. Entities must have been dropped before. */
export async function uninstallDualId(runner: SchemaRunner): Promise<void> {
  await runAll(runner, [
    ...stepsBack(await currentVersion(runner), 0),
    'DROP TABLE dual_id.schema_versions',
    'DROP SCHEMA dual_id',
  ]);
}

function stepsBack(from: number, to: number): string[] {
  return schemaSteps
    .slice(to, from)
    .toReversed()
    .flatMap(({ down }) => down);
}

async function currentVersion(runner: SchemaRunner): Promise<number> {
  const rows = (await runner.query(
    `SELECT version FROM dual_id.schema_versions WHERE component = 'core'`,
  )) as readonly { version: number }[];
  const version = rows[0]?.version ?? 0;
  if (version > schemaVersion) throw problem('schema_newer');
  return version;
}

function recordVersion(version: number): string {
  return `UPDATE dual_id.schema_versions SET version = ${version} WHERE component = 'core'`;
}

function requireKnown(version: number): void {
  if (Number.isInteger(version) && version >= 1 && version <= schemaVersion) return;
  throw problem('setup_refused', {
    detail: `There is no version ${version} of the schema dual_id; this code knows 1 to ${schemaVersion}.`,
  });
}

/** The default search path begins with the role's own schema: a role dual_id would lose its tables. */
const refuseNamesake = `DO $do$ BEGIN
  IF current_user = 'dual_id' THEN
    RAISE EXCEPTION 'the role dual_id would find the schema dual_id before its own tables'
      USING HINT = 'Connect with a role of another name.';
  END IF;
END $do$`;
