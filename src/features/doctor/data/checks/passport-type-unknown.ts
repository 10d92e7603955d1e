import type { DataCheck } from '../data-check.js';
import { passports } from '../passport-source.js';

/** A passport of a type that no migration added, which is possible only without the foreign key. */
export const passportTypeUnknown: DataCheck = {
  code: 'passport_type_unknown',
  finds: 'a passport whose platform type is not in the registry',
  fix: 'Only a migration knows the name of a type: run the one that calls `addDualId` for its table, or insert the row into `dual_id.platform_types`, then run the doctor again.',
  probesOf: () => [
    {
      place: 'dual_id.passports',
      source: passports,
      wrong: `NOT EXISTS (SELECT FROM dual_id.platform_types t
        WHERE t.id = r.platform_type_id AND t.guid = r.guid)`,
      facts: ['r.uuid::text', 'r.platform_type_id::text'],
      message: ([uuid, type]) => `the passport of ${uuid} has the type ${type}, which is unknown`,
    },
  ],
};
