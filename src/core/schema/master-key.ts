import { changeReferredKey } from './referred-key.js';

/**
 * Gives passports the key that master links refer to, where they have not got it. It is an index
 * that TypeORM is told not to mind, for a constraint would have to be there always or never.
 */
export const addMasterKey = `CREATE UNIQUE INDEX IF NOT EXISTS passports_id_uuid_uq
  ON dual_id.passports (id, uuid)`;

const dropKey = 'ALTER TABLE dual_id.passports DROP CONSTRAINT passports_id_uuid_uq';

/** Version 5 of the schema: passports have the key of both ids only where a table links to it. */
export const masterKeyUp = [
  changeReferredKey('passports_id_uuid_uq', [dropKey, addMasterKey], [dropKey]),
];

export const masterKeyDown = [
  addMasterKey,
  `ALTER TABLE dual_id.passports
     ADD CONSTRAINT passports_id_uuid_uq UNIQUE USING INDEX passports_id_uuid_uq`,
];
