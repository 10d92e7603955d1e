import type { DataCheck } from '../data-check.js';
import { passports } from '../passport-source.js';

const missingWord = `SELECT FROM unnest(tsvector_to_array(r.search_words)) w
  WHERE NOT EXISTS (SELECT FROM dual_id.name_words k WHERE k.word = w)`;

/** A name that a search does not know, because it was written while no trigger watched. */
export const passportUnsearchable: DataCheck = {
  code: 'passport_unsearchable',
  finds: 'a living name of which the search has not all words',
  cure: 'Repair gives the search what it needs of the name.',
  probesOf: () => [
    {
      place: 'dual_id.passports',
      source: passports,
      wrong: `r.name IS NOT NULL AND r.status <> 'deleted'
        AND (r.search_words IS NULL OR EXISTS (${missingWord}))`,
      facts: ['r.uuid::text'],
      says: ([uuid]) => `the search does not know all words of the name of ${uuid}`,
      repair: {
        does: ([uuid]) => `gives the search the words of the name of ${uuid}`,
        // A trigger makes the search key anew, whatever it is set to.
        statement: (rows) => `WITH named AS (
            UPDATE dual_id.passports t SET search_key = '' FROM (SELECT r.id ${rows}) s
            WHERE t.id = s.id RETURNING t.search_words)
          INSERT INTO dual_id.name_words (word)
          SELECT DISTINCT w FROM named, unnest(tsvector_to_array(named.search_words)) w
          WHERE NOT EXISTS (SELECT FROM dual_id.name_words k WHERE k.word = w)`,
      },
    },
  ],
};
