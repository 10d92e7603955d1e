import { constraintName } from '../sql/constraint-name.js';
import { quoteIdentifier } from '../sql/quoting.js';
import { markAllDeleted, enrolmentDown } from './enrolment.js';
import { serialFromIdentity } from './id-sequence.js';
import { idGuard } from './identity-guard.js';
import type { SchemaRunner } from './schema-runner.js';
import { runAll } from './schema-runner.js';
import type { StandingTable } from './standing-table.js';
import { readStanding } from './standing-table.js';
import type { TableOrigin } from './table-origin.js';
import { recallOrigin } from './table-origin.js';
import type { DualIdTable } from './table-spec.js';
import { quoted } from './table-spec.js';
import { triggerDown } from './table-trigger.js';

/**
 * Takes back what `addDualId` gave a table, in the `down` of its migration: triggers, checks, keys
 * and those columns that were not there before, `uuid` with all public ids among them. What was
 * there gets its name, default and sequence back, and the rows stay. Public ids that `addDualId`
 * filled in for rows without one stay too.
 * The passports stay behind as tombstones, with their names, so that no public id is ever used
 * again. `addDualId` with the same type revives those whose row still has both its ids.
 * Where nothing tells what was there before, all columns and keys of the ids are left.
 */
export async function removeDualId(runner: SchemaRunner, spec: DualIdTable): Promise<void> {
  const standing = await readStanding(runner, spec);
  const origin = recallOrigin(standing);
  const change = `ALTER TABLE ${quoted(spec).table}`;
  await runAll(runner, [
    ...['enrol', 'entomb', 'clear', 'name', 'retire'].flatMap((one) => triggerDown(spec, one)),
    ...[idGuard.early, idGuard.late].map(
      (one) =>
        `DROP TRIGGER IF EXISTS ${quoteIdentifier(constraintName(spec.table, one))} ON ${quoted(spec).table}`,
    ),
    ...(spec.type ? [markAllDeleted(spec.type.id)] : []),
    ...['passport_fk', 'type_ck'].map(
      (one) => `${change} DROP CONSTRAINT IF EXISTS ${quotedConstraint(spec, one)}`,
    ),
    ...(origin && !origin.hasType ? [`${change} DROP COLUMN IF EXISTS platform_type_id`] : []),
    ...(origin ? [...uuidBack(spec, origin), ...idBack(spec, standing, origin)] : []),
    ...enrolmentDown(spec),
  ]);
}

function uuidBack(spec: DualIdTable, { uuid, unique }: TableOrigin): string[] {
  const names = quoted(spec);
  const change = `ALTER TABLE ${names.table}`;
  const column = `${change} ALTER COLUMN ${names.uuid}`;
  if (uuid === null) return [`${change} DROP COLUMN ${names.uuid}`];
  return [
    ...constraintBack(spec, 'uuid_uq', unique?.isConstraint === true ? unique.name : null),
    ...(unique?.isConstraint === false ? [unique.definition] : []),
    uuid.default === null ? `${column} DROP DEFAULT` : `${column} SET DEFAULT ${uuid.default}`,
    ...(uuid.isNullable ? [`${column} DROP NOT NULL`] : []),
  ];
}

function idBack(
  spec: DualIdTable,
  standing: StandingTable,
  { id, primaryKey }: TableOrigin,
): string[] {
  const names = quoted(spec);
  const change = `ALTER TABLE ${names.table}`;
  const column = `${change} ALTER COLUMN ${names.id}`;
  if (id === null) return [`${change} DROP COLUMN ${names.id}`];
  const { sequence, identity } = standing.id!;
  const fills = {
    identity: [],
    always: [`${column} SET GENERATED ALWAYS`],
    serial: identity === '' ? [] : [serialFromIdentity(names, sequence!)],
    nothing: [`${column} DROP IDENTITY`],
  };
  return [...fills[id.fill], ...constraintBack(spec, 'pk', primaryKey)];
}

/** Gives a constraint the name it had, or drops the one that was not there. */
function constraintBack(spec: DualIdTable, suffix: string, former: string | null): string[] {
  const change = `ALTER TABLE ${quoted(spec).table}`;
  if (former === null) return [`${change} DROP CONSTRAINT ${quotedConstraint(spec, suffix)}`];
  if (former === constraintName(spec.table, suffix)) return [];
  return [
    `${change} RENAME CONSTRAINT ${quotedConstraint(spec, suffix)} TO ${quoteIdentifier(former)}`,
  ];
}

function quotedConstraint(spec: DualIdTable, suffix: string): string {
  return quoteIdentifier(constraintName(spec.table, suffix));
}
