import type { DataCheck } from '../data-check.js';
import { passports } from '../passport-source.js';

/** A name that the search does not know, because it was written while no trigger watched. */
export const passportUnsearchable: DataCheck = {
  code: 'passport_unsearchable',
  finds: 'a name that the search does not know',
  cure: 'Repair gives the search what it needs of the name.',
  probesOf: () => [
    {
      place: 'dual_id.passports',
      source: passports,
      wrong: 'r.name IS NOT NULL AND r.search_words IS NULL',
      facts: ['r.uuid::text'],
      says: ([uuid]) => `the search does not know the name of ${uuid}`,
      repair: {
        does: ([uuid]) => `gives the search the name of ${uuid}`,
        // A trigger makes the search key again, whatever it is set to.
        statement: (rows) => `UPDATE dual_id.passports t SET search_key = ''
          FROM (SELECT r.id ${rows}) s WHERE t.id = s.id`,
      },
    },
  ],
};
