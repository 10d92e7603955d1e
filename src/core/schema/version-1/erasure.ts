import { closed, definer, dropped } from './owner-rights.js';

const signatures = [
  'dual_id.forget_passport()',
  'dual_id.keep_erased()',
  'dual_id.erase_passport(uuid)',
];
const forgetPassportOf = 'dual_id.forget_passport_of(uuid)';

/**
 * A person who was erased is forgotten by every place that knows people, of which the registry is
 * the first, and does not come back.
 */
export const erasureUp = [
  forgetPassport(),
  ...forgettingPassport(),
  ...keepingErased(),
  erasePassport(),
  closed(signatures),
];

/** The triggers go with the tables. */
export const erasureDown = [dropped([...signatures, forgetPassportOf])];

/** The update touches the row whatever it has, for those who keep it locked are waited for. */
function forgetPassport(): string {
  return `CREATE FUNCTION dual_id.forget_passport_of(person uuid) RETURNS void
    LANGUAGE plpgsql STRICT AS $$
    DECLARE words text[];
    BEGIN
      SELECT tsvector_to_array(search_words) INTO words
        FROM dual_id.passports WHERE uuid = person FOR NO KEY UPDATE;
      UPDATE dual_id.passports SET name = NULL, natural_key = NULL, description = NULL
        WHERE uuid = person;
      PERFORM dual_id.forget_name_words(words);
    END $$`;
}

/** The trigger of this place, as `addPersonalPlace` makes one for others. */
function forgettingPassport(): string[] {
  return [
    `CREATE FUNCTION dual_id.forget_passport() RETURNS trigger LANGUAGE plpgsql ${definer} AS $fn$
     BEGIN PERFORM dual_id.forget_passport_of(NEW.uuid); RETURN NULL; END $fn$`,
    `CREATE TRIGGER forget_passport AFTER INSERT OR UPDATE ON dual_id.erasures
       FOR EACH ROW EXECUTE FUNCTION dual_id.forget_passport()`,
  ];
}

/** Whoever writes, an erased person has no name and stays deleted. */
function keepingErased(): string[] {
  return [
    `CREATE FUNCTION dual_id.keep_erased() RETURNS trigger LANGUAGE plpgsql ${definer} AS $$
     BEGIN
       IF NOT EXISTS (SELECT FROM dual_id.erasures WHERE uuid = NEW.uuid) THEN RETURN NEW; END IF;
       IF OLD.status = 'deleted' AND NEW.status <> 'deleted' THEN
         RAISE EXCEPTION 'a person who was erased does not come back' USING ERRCODE = 'DI410';
       END IF;
       NEW.name := NULL;
       NEW.natural_key := NULL;
       NEW.description := NULL;
       RETURN NEW;
     END $$`,
    `CREATE TRIGGER passports_erased
       BEFORE UPDATE OF name, natural_key, description, status ON dual_id.passports
       FOR EACH ROW WHEN (
         (NEW.name IS NOT NULL AND NEW.name IS DISTINCT FROM OLD.name)
         OR (NEW.natural_key IS NOT NULL AND NEW.natural_key IS DISTINCT FROM OLD.natural_key)
         OR (NEW.description IS NOT NULL AND NEW.description IS DISTINCT FROM OLD.description)
         OR (OLD.status = 'deleted' AND NEW.status <> 'deleted'))
       EXECUTE FUNCTION dual_id.keep_erased()`,
  ];
}

/** Enters the erasure, whose triggers make every place forget; a second entry fires them again. */
function erasePassport(): string {
  return `CREATE FUNCTION dual_id.erase_passport(person uuid) RETURNS void
    LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      INSERT INTO dual_id.erasures AS e (uuid) VALUES (person)
        ON CONFLICT (uuid) DO UPDATE SET erased_at = e.erased_at;
    END $$`;
}
