import { passportValues, statusOf } from '../../../../core/schema/passport-values.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';

/** A living row with a tombstone, or a deleted row whose passport is alive. */
export const passportStatusWrong: DataCheck = {
  code: 'passport_status_wrong',
  finds: 'a passport that is a tombstone while its row lives, or the other way round',
  fix: 'Repair makes the passport follow the row: its soft-delete mark, or its existence.',
  probesOf: ({ enrolled }) => enrolled.map(passportStatusProbe),
};

function passportStatusProbe(table: IdTable): Probe {
  const { deletedAt } = passportValues(table.spec, 'r');
  return {
    place: table.name,
    source: withPassports(table),
    wrong: `(p.status = 'deleted') <> (${deletedAt} IS NOT NULL)`,
    facts: [`r.${table.quoted.uuid}::text`, 'p.status', `(${statusOf(deletedAt)})::text`],
    message: ([uuid, found, wanted]) =>
      `the passport of ${uuid} is ${found}, but the row is ${wanted}`,
    repair: {
      does: ([uuid, , wanted]) => `makes the passport of ${uuid} ${wanted}`,
      statement: (rows) => `UPDATE dual_id.passports t
        SET status = ${statusOf('s.mark')}, deleted_at = s.mark, updated_at = now(),
            version = t.version + 1
        FROM (SELECT p.id, ${deletedAt} AS mark ${rows}) s WHERE t.id = s.id`,
    },
  };
}
