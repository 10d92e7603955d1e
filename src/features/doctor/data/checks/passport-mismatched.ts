import type { DataCheck, Probe } from '../data-check.js';
import type { DataModel, IdTable } from '../data-model.js';
import { passportGuard, withPassports } from '../passport-source.js';

/** A passport that names another row or another kind of entity than the row it belongs to. */
export const passportMismatched: DataCheck = {
  code: 'passport_mismatched',
  finds: 'a passport whose internal id or type is not that of the row with its public id',
  fix: 'Repair corrects a passport that is certainly wrong. If another row claims the same ids, find out from a backup or a log which pair is right, and correct the other row by hand.',
  probesOf: (model) => model.enrolled.map((table) => mismatchedPassportProbe(table, model)),
};

function mismatchedPassportProbe(table: IdTable, model: DataModel): Probe {
  const { id, uuid } = table.quoted;
  const type = table.definition.type!;
  const own = id === undefined ? 'NULL::bigint' : `r.${id}`;
  return {
    place: table.name,
    source: withPassports(table),
    wrong: `p.id IS NOT NULL AND (p.platform_type_id <> ${type}
      OR p.entity_id IS DISTINCT FROM ${own} OR p.guid <> ${id === undefined})`,
    facts: [`r.${uuid}::text`, 'p.platform_type_id::text', 'p.entity_id::text', `${own}::text`],
    message: ([row, foundType, foundId, ownId]) =>
      `the passport of ${row} names type ${foundType} and internal id ${foundId || 'none'}, but the row is of type ${type} and ${ownId || 'none'}`,
    repair: {
      does: ([row, , , ownId]) =>
        `makes the passport of ${row} name type ${type} and internal id ${ownId || 'none'}`,
      when: [...unclaimed(table), ...unshared(table, model)].join(' AND '),
      // A write to a row of any of these tables also writes its passport.
      holds: ['dual_id.passports'],
      lifts: [passportGuard],
      statement: (rows) => `UPDATE dual_id.passports t
        SET platform_type_id = ${type}, entity_id = s.own, guid = ${id === undefined},
            updated_at = now(), version = t.version + 1
        FROM (SELECT p.id AS passport, ${own} AS own ${rows}) s WHERE t.id = s.passport`,
    },
  };
}

/**
 * The id in the passport belongs to no row that itself disagrees with its passport: two rows whose
 * ids were exchanged look the same, whichever of them is right.
 */
function unclaimed({ quoted: { table, id, uuid }, definition: { type } }: IdTable): string[] {
  if (id === undefined) return [];
  return [
    `NOT EXISTS (SELECT FROM ${table} q LEFT JOIN dual_id.passports o ON o.uuid = q.${uuid}
       WHERE q.${id} = p.entity_id AND q.${id} <> r.${id} AND p.platform_type_id = ${type}
         AND (o.entity_id, o.platform_type_id) IS DISTINCT FROM (q.${id}, ${type}::smallint))`,
    `NOT EXISTS (SELECT FROM ${table} q WHERE q.${uuid} = r.${uuid} AND q.ctid <> r.ctid)`,
    `NOT EXISTS (SELECT FROM ${table} q WHERE q.${id} = r.${id} AND q.ctid <> r.ctid)`,
  ];
}

/** No row of another table has the same public id. */
function unshared(table: IdTable, { enrolled }: DataModel): string[] {
  return enrolled
    .filter((other) => other.table !== table.table)
    .map(
      ({ quoted, definition }) => `NOT (p.platform_type_id = ${definition.type} AND EXISTS
        (SELECT FROM ${quoted.table} q WHERE q.${quoted.uuid} = p.uuid))`,
    );
}
