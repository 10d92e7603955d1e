import { closed, definer } from './definer.js';
import { releaseWords } from './name-words.js';
import { personalPlaceDown, personalPlaceUp } from './personal-place.js';
import { erasePassport } from './roles.js';

/**
 * Version 8 of the schema: a person who was erased is forgotten by every place that knows people,
 * of which the registry is the first, and does not come back. Words of names that nobody could
 * look at when they were given up are looked at later.
 */
export const erasureUp = [
  `CREATE TABLE dual_id.released_words (
     id bigint GENERATED ALWAYS AS IDENTITY,
     word text COLLATE "C" NOT NULL,
     CONSTRAINT released_words_pk PRIMARY KEY (id))`,
  isLivingWord(),
  dropDeadWords(),
  lookAtWords(),
  releaseWordsLater(),
  forgetWords(),
  forgetPassport(),
  ...personalPlaceUp({ name: 'passport', forget: 'PERFORM dual_id.forget_passport_of(NEW.uuid)' }),
  ...keepErased(),
  eraseAgain(),
  ...keepLivingWords(),
  ...holdPeople(),
];

export const erasureDown = [
  'DROP FUNCTION dual_id.hold_people(uuid[], smallint[])',
  'DROP FUNCTION dual_id.keep_living_words(text[])',
  erasePassport('CREATE OR REPLACE'),
  'DROP TRIGGER passports_erased ON dual_id.passports',
  'DROP FUNCTION dual_id.keep_erased()',
  ...personalPlaceDown({ name: 'passport' }),
  'DROP FUNCTION dual_id.forget_passport_of(uuid)',
  'DROP FUNCTION dual_id.forget_name_words(text[])',
  releaseWords('CREATE OR REPLACE'),
  'DROP FUNCTION dual_id.look_at_words(text[], integer)',
  'DROP FUNCTION dual_id.drop_dead_words(text[])',
  'DROP FUNCTION dual_id.is_living_word(text)',
  'DROP TABLE dual_id.released_words',
];

/** How to look depends on how frequent a word is, and is planned for each. */
function isLivingWord(): string {
  return `CREATE FUNCTION dual_id.is_living_word(word text) RETURNS boolean
    LANGUAGE plpgsql STRICT AS $$
    DECLARE found_one boolean;
    BEGIN
      EXECUTE 'SELECT EXISTS (SELECT FROM dual_id.passports
          WHERE search_words @@ $1 AND status <> ''deleted'')'
        INTO found_one USING quote_literal(word)::tsquery;
      RETURN found_one;
    END $$`;
}

/**
 * Takes away those of some words that no living name has. It looks only after it holds the lock,
 * and waits for nobody: what somebody else holds is noted, to be looked at by a later change.
 */
function dropDeadWords(): string {
  return `CREATE FUNCTION dual_id.drop_dead_words(words text[]) RETURNS void
    LANGUAGE plpgsql STRICT AS $$
    DECLARE
      held record;
      seen bigint[] := '{}';
    BEGIN
      FOR held IN SELECT id, word FROM dual_id.name_words
        WHERE word = ANY (words) FOR UPDATE SKIP LOCKED
      LOOP
        seen := seen || held.id;
        IF NOT dual_id.is_living_word(held.word) THEN
          DELETE FROM dual_id.name_words WHERE id = held.id;
        END IF;
      END LOOP;
      INSERT INTO dual_id.released_words (word)
        SELECT DISTINCT word FROM dual_id.name_words
        WHERE word = ANY (words) AND id <> ALL (seen);
    END $$`;
}

/** Looks at some words, and at so many of those that were noted; null is all of them. */
function lookAtWords(): string {
  return `CREATE FUNCTION dual_id.look_at_words(words text[], most integer) RETURNS void
    LANGUAGE plpgsql AS $$
    DECLARE noted text[];
    BEGIN
      WITH taken AS (DELETE FROM dual_id.released_words WHERE id IN (
          SELECT id FROM dual_id.released_words LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING word)
      SELECT array_agg(word) INTO noted FROM taken;
      PERFORM dual_id.drop_dead_words(words || noted);
    END $$`;
}

/** An older snapshot could not see who has a word now, so a later transaction looks. */
function releaseWordsLater(): string {
  return `CREATE OR REPLACE FUNCTION dual_id.release_name_words(words text[]) RETURNS void
    LANGUAGE plpgsql STRICT AS $$
    BEGIN
      IF words = '{}' THEN RETURN; END IF;
      IF current_setting('transaction_isolation') = 'read committed' THEN
        PERFORM dual_id.look_at_words(words, 100);
      ELSE
        INSERT INTO dual_id.released_words (word) SELECT unnest(words);
      END IF;
    END $$`;
}

/**
 * Takes away the words of an erased person whatever the snapshot. An older one may not see who
 * has got such a word since; that the search loses it until the eraser has looked again, behind
 * its transaction, is the smaller evil.
 */
function forgetWords(): string {
  return `CREATE FUNCTION dual_id.forget_name_words(words text[]) RETURNS void
    LANGUAGE plpgsql STRICT AS $$
    BEGIN
      DELETE FROM dual_id.released_words WHERE id IN (
        SELECT id FROM dual_id.released_words WHERE word = ANY (words) FOR UPDATE SKIP LOCKED);
      PERFORM dual_id.drop_dead_words(words);
    END $$`;
}

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

/** Whoever writes, an erased person has no name and stays deleted. */
function keepErased(): string[] {
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
    closed('dual_id.keep_erased()'),
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
function eraseAgain(): string {
  return `CREATE OR REPLACE FUNCTION dual_id.erase_passport(person uuid) RETURNS void
    LANGUAGE plpgsql ${definer} AS $$
    BEGIN
      INSERT INTO dual_id.erasures AS e (uuid) VALUES (person)
        ON CONFLICT (uuid) DO UPDATE SET erased_at = e.erased_at;
    END $$`;
}

/** Keeps those of some words that a living name has, and takes the others away. */
function keepLivingWords(): string[] {
  return [
    `CREATE FUNCTION dual_id.keep_living_words(words text[]) RETURNS void
      LANGUAGE plpgsql STRICT ${definer} AS $$
      BEGIN
        PERFORM dual_id.keep_name_words(ARRAY(
          SELECT word FROM unnest(words) AS word WHERE dual_id.is_living_word(word)));
        PERFORM dual_id.look_at_words(words, NULL);
      END $$`,
    closed('dual_id.keep_living_words(text[])'),
  ];
}

/** Locks the passports of people, in their order, so that nobody is erased meanwhile. */
function holdPeople(): string[] {
  return [
    `CREATE FUNCTION dual_id.hold_people(wanted uuid[], kinds smallint[])
      RETURNS TABLE (person uuid, is_deleted boolean) LANGUAGE plpgsql STRICT ${definer} AS $$
      BEGIN
        RETURN QUERY SELECT p.uuid, p.status = 'deleted' FROM dual_id.passports p
          WHERE p.uuid = ANY (wanted) AND p.platform_type_id = ANY (kinds)
          ORDER BY p.id FOR SHARE;
      END $$`,
    closed('dual_id.hold_people(uuid[], smallint[])'),
  ];
}
