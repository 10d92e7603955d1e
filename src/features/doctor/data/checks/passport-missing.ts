import { insertPassports } from '../../../../core/schema/enrolment.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';

/** A row that is not in the registry, so that its public id cannot be resolved. */
export const passportMissing: DataCheck = {
  code: 'passport_missing',
  finds: 'a row of an enrolled table without a passport',
  fix: 'Repair writes the passport. To find out why the enrolment trigger did not, run `dual-id doctor`.',
  probesOf: ({ enrolled }) => enrolled.map(missingPassportProbe),
};

function missingPassportProbe(table: IdTable): Probe {
  const type = table.definition.type!;
  return {
    place: table.name,
    source: withPassports(table),
    wrong: 'p.id IS NULL',
    facts: [`r.${table.quoted.uuid}::text`],
    message: ([uuid]) => `${uuid} has no passport`,
    repair: {
      does: ([uuid]) => `writes the passport of ${uuid}`,
      when: `r.platform_type_id = ${type}`,
      statement: (rows) => `${insertPassports(table.spec, table.quoted)} ${rows}`,
    },
  };
}
