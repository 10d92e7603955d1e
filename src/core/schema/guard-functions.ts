/** Trigger functions that refuse what must never happen; shared by all tables. */
export const guardFunctionsUp = [
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
];

export const guardFunctionsDown = [
  'DROP FUNCTION dual_id.refuse_identity_change()',
  'DROP FUNCTION dual_id.refuse_passport_removal()',
  'DROP FUNCTION dual_id.required(anyelement, text)',
];
