import { closed, definer, dropped } from './owner-rights.js';

const signatures = [
  'dual_id.is_living_word(text)',
  'dual_id.drop_dead_words(text[])',
  'dual_id.look_at_words(text[], integer)',
  'dual_id.release_name_words(text[])',
  'dual_id.forget_name_words(text[])',
];
const livingWords = ['dual_id.keep_living_words(text[])'];

/** Words that names gave up: they go where no living name has them. */
export const releasedWordsUp = [
  livingWordSql(),
  dropDeadWords(),
  lookAtWords(),
  releaseWords(),
  forgetWords(),
  keepLivingWords(),
  closed(livingWords),
];

export const releasedWordsDown = [dropped([...signatures, ...livingWords])];

/** How to look depends on how frequent a word is, and is planned for each. */
function livingWordSql(): string {
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
function releaseWords(): string {
  return `CREATE FUNCTION dual_id.release_name_words(words text[]) RETURNS void
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

/** Keeps those of some words that a living name has, and takes the others away. */
function keepLivingWords(): string {
  return `CREATE FUNCTION dual_id.keep_living_words(words text[]) RETURNS void
      LANGUAGE plpgsql STRICT ${definer} AS $$
      BEGIN
        PERFORM dual_id.keep_name_words(ARRAY(
          SELECT word FROM unnest(words) AS word WHERE dual_id.is_living_word(word)));
        PERFORM dual_id.look_at_words(words, NULL);
      END $$`;
}
