import { dropped } from './owner-rights.js';

/** Trigger functions that refuse what must never happen; shared by all tables. */
export const guardsUp = [
  `CREATE FUNCTION dual_id.refuse_identity_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'id, uuid and type of a row never change'
       USING ERRCODE = 'integrity_constraint_violation',
             HINT = 'Insert a new row, or leave these columns out of the update.';
   END $$`,
  `CREATE FUNCTION dual_id.refuse_passport_removal() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION 'a passport is never removed, so that its uuid is never used again'
       USING ERRCODE = 'integrity_constraint_violation',
             HINT = 'Delete the entity; its passport becomes a tombstone.';
   END $$`,
  `CREATE FUNCTION dual_id.required(id anyelement, property text) RETURNS anyelement
   LANGUAGE plpgsql AS $$
   BEGIN
     IF id IS NULL THEN
       RAISE EXCEPTION 'a referenced row does not exist' USING ERRCODE = 'DI422', COLUMN = property;
     END IF;
     RETURN id;
   END $$`,
  // A passport stays what it is, and there.
  `CREATE TRIGGER passports_immutable
     BEFORE UPDATE OF id, uuid, platform_type_id, guid, entity_id ON dual_id.passports
     FOR EACH ROW WHEN ((OLD.id, OLD.uuid, OLD.platform_type_id, OLD.guid, OLD.entity_id)
       IS DISTINCT FROM (NEW.id, NEW.uuid, NEW.platform_type_id, NEW.guid, NEW.entity_id))
     EXECUTE FUNCTION dual_id.refuse_identity_change()`,
  `CREATE TRIGGER passports_permanent
     BEFORE DELETE OR TRUNCATE ON dual_id.passports
     FOR EACH STATEMENT EXECUTE FUNCTION dual_id.refuse_passport_removal()`,
];

/** The triggers go with the table. */
export const guardsDown = [
  dropped([
    'dual_id.refuse_identity_change()',
    'dual_id.refuse_passport_removal()',
    'dual_id.required(anyelement, text)',
  ]),
];
