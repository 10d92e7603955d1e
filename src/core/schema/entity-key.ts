import { changeReferredKey } from './referred-key.js';

/**
 * Version 4 of the schema: the key that tables refer to begins with the type and the internal id.
 * These ascend, so that new passports go to the end of its index, while an index of public ids
 * takes each of them at another place.
 */
export const entityKeyUp = [keyOfEntities('platform_type_id, entity_id, uuid')];

export const entityKeyDown = [keyOfEntities('uuid, platform_type_id, entity_id')];

function keyOfEntities(columns: string): string {
  const change = `ALTER TABLE dual_id.passports DROP CONSTRAINT passports_entity_uq,
    ADD CONSTRAINT passports_entity_uq UNIQUE (${columns})`;
  return changeReferredKey('passports_entity_uq', [change]);
}
