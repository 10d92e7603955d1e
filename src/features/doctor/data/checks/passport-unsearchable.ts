import type { DataCheck } from '../data-check.js';
import { passports } from '../passport-source.js';

/** A name missing from the search, because it was written while the trigger was disabled. */
export const passportUnsearchable: DataCheck = {
  code: 'passport_unsearchable',
  finds: 'a name that search cannot find',
  fix: 'Repair writes the search columns of the name.',
  probesOf: () => [
    {
      place: 'dual_id.passports',
      source: passports,
      wrong: 'r.name IS NOT NULL AND r.search_words IS NULL',
      facts: ['r.uuid::text'],
      message: ([uuid]) => `search cannot find the name of ${uuid}`,
      repair: {
        does: ([uuid]) => `makes the name of ${uuid} searchable`,
        // A trigger recomputes the search key, whatever it is set to.
        statement: (rows) => `UPDATE dual_id.passports t SET search_key = ''
          FROM (SELECT r.id ${rows}) s WHERE t.id = s.id`,
      },
    },
  ],
};
