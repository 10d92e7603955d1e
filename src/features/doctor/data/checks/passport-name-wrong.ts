import { passportValues } from '../../../../core/schema/passport-values.js';
import type { DataCheck, Probe } from '../data-check.js';
import type { IdTable } from '../data-model.js';
import { withPassports } from '../passport-source.js';

/** A passport whose name is not the row's, so that search finds the entity by the wrong words. */
export const passportNameWrong: DataCheck = {
  code: 'passport_name_wrong',
  finds: 'a passport whose name is not the one its row gives',
  fix: 'Repair takes the name from the row, or removes it if the person was erased.',
  probesOf: ({ enrolled }) => enrolled.map(passportNameProbe),
};

function passportNameProbe(table: IdTable): Probe {
  const { name } = passportValues(table.spec, 'r');
  const erased = 'EXISTS (SELECT FROM dual_id.erasures x WHERE x.uuid = p.uuid)';
  return {
    place: table.name,
    source: withPassports(table),
    // An erased person's name is gone, even if the row's blank columns would produce one.
    wrong: `p.id IS NOT NULL AND p.name IS DISTINCT FROM ${name}
      AND NOT (p.name IS NULL AND ${erased})`,
    facts: [`r.${table.quoted.uuid}::text`],
    message: ([uuid]) => `the name in the passport of ${uuid} is not that of the row`,
    repair: {
      does: ([uuid]) => `takes the name in the passport of ${uuid} from the row`,
      statement: (rows) => `UPDATE dual_id.passports t
        SET name = s.name, updated_at = now(), version = t.version + 1
        FROM (SELECT p.id, CASE WHEN ${erased} THEN NULL ELSE ${name} END AS name ${rows}) s
        WHERE t.id = s.id`,
    },
  };
}
