/**
 * Version 4 of the schema: the key that tables refer to begins with the type and the internal id.
 * These ascend, so that new passports go to the end of its index, while an index of public ids
 * takes each of them at another place.
 */
export const entityKeyUp = [keyOfEntities('platform_type_id, entity_id, uuid')];

export const entityKeyDown = [keyOfEntities('uuid, platform_type_id, entity_id')];

/** The foreign keys to it rest on its index, and are made anew as they are, comments included. */
function keyOfEntities(columns: string): string {
  return `DO $do$
    DECLARE
      removals text[];
      additions text[];
      change text;
    BEGIN
      SELECT array_agg(format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)),
        array_agg(format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
          pg_get_constraintdef(oid))) || array_agg(format('COMMENT ON CONSTRAINT %I ON %s IS %L',
          conname, conrelid::regclass, obj_description(oid, 'pg_constraint')))
        INTO removals, additions
        FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
          AND conindid = 'dual_id.passports_entity_uq'::regclass;
      FOREACH change IN ARRAY coalesce(removals, '{}')
        || ARRAY['ALTER TABLE dual_id.passports DROP CONSTRAINT passports_entity_uq,
             ADD CONSTRAINT passports_entity_uq UNIQUE (${columns})']
        || coalesce(additions, '{}')
      LOOP
        EXECUTE change;
      END LOOP;
    END $do$`;
}
