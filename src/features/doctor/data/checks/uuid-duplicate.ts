import { insertPassports } from '../../../../core/schema/enrolment.js';
import { isUnique } from '../../catalog/catalog.js';
import type { DataCheck, Probe, RowRepair } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';
import { rowGuard } from '../row-guard.js';

/** Two rows of one table share a public id, which is possible only without the unique index. */
export const uuidDuplicate: DataCheck = {
  code: 'uuid_duplicate',
  finds: 'rows of one table with the same public id',
  fix: 'Repair keeps the row that the passport names and gives the others new public ids. Then restore the unique index: `addDualId` in a migration.',
  probesOf: ({ idTables }) =>
    idTables
      .filter(({ definition, table }) => {
        return definition.kind === 'dual' && !isUnique(table, [definition.columns.uuid]);
      })
      .map(duplicateUuidProbe),
};

function duplicateUuidProbe(table: IdTable): Probe {
  const { id, uuid, table: name } = table.quoted;
  const isEnrolled = table.definition.type !== undefined;
  return {
    place: table.name,
    // A join of its own keeps this search, which no index helps, apart from the others.
    source: {
      ...withPassports(table),
      joins: `LEFT JOIN dual_id.passports p ON ${isEnrolled} AND p.uuid = r.${uuid}`,
    },
    wrong: `EXISTS (SELECT FROM ${name} q WHERE q.${uuid} = r.${uuid} AND q.${id} <> r.${id})
      AND r.${id} IS DISTINCT FROM p.entity_id`,
    facts: [`r.${uuid}::text`, `r.${id}::text`],
    message: ([shared, row]) =>
      `${shared} is the public id of several rows; its passport does not name the one with the key ${row}`,
    fix: 'Give all but one of the rows a new uuid, with the guard of the table disabled for the transaction.',
    ...(isEnrolled ? { repair: uuidRepair(table) } : {}),
  };
}

/**
 * The row named by the passport keeps the public id; whether clients know another row by it cannot
 * be determined.
 */
function uuidRepair(table: IdTable): RowRepair {
  const { id, uuid, table: name } = table.quoted;
  return {
    does: ([shared, row]) =>
      `gives the row with the key ${row} a new public id instead of ${shared}`,
    when: `EXISTS (SELECT FROM ${name} q WHERE q.${id} = p.entity_id AND q.${uuid} = r.${uuid})`,
    holds: [name],
    lifts: rowGuard(table),
    statement: (rows) => `WITH renamed AS (
      UPDATE ${name} t SET ${uuid} = gen_random_uuid()
      FROM (SELECT r.tableoid AS part, r.ctid AS place ${rows}) s WHERE t.ctid = s.place AND t.tableoid = s.part RETURNING t.*)
      ${insertPassports(table.spec, table.quoted)} FROM renamed r`,
  };
}
