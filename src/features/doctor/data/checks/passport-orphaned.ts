import { markDeleted } from '../../../../core/schema/enrolment.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { passports } from '../passport-source.js';

/** A passport of a living entity whose row does not exist. */
export const passportOrphaned: DataCheck = {
  code: 'passport_orphaned',
  finds: 'a passport without a row that is not a tombstone',
  fix: 'Repair makes it a tombstone, so that the public id is gone and never used again. Restore the row first if it was lost by mistake.',
  probesOf: ({ enrolled }) => enrolled.map(orphanedPassportProbe),
};

function orphanedPassportProbe({ name, definition, quoted }: IdTable): Probe {
  return {
    place: name,
    source: { ...passports, only: `r.platform_type_id = ${definition.type}` },
    wrong: `r.status <> 'deleted'
      AND NOT EXISTS (SELECT FROM ${quoted.table} e WHERE e.${quoted.uuid} = r.uuid)`,
    facts: ['r.uuid::text'],
    message: ([uuid]) => `the passport of ${uuid} is not a tombstone, but its row does not exist`,
    repair: {
      does: ([uuid]) => `makes the passport of ${uuid} a tombstone`,
      holds: [quoted.table],
      statement: (rows) => `${markDeleted} FROM (SELECT r.id ${rows}) s WHERE p.id = s.id`,
    },
  };
}
