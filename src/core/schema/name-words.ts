import { trigramsOfNames } from './registry-search.js';
import { trigramIndexUp } from './trigram-index.js';

/**
 * Version 3 of the schema: each word of a living name is kept once more by itself. Words like a
 * misspelt one are looked for among these, which are far fewer and shorter than names; the names
 * are then found by their words, and need no index of trigrams.
 */
export const nameWordsUp = [
  `CREATE TABLE dual_id.name_words (
     id bigint GENERATED ALWAYS AS IDENTITY,
     word text COLLATE "C" NOT NULL,
     CONSTRAINT name_words_pk PRIMARY KEY (id))`,
  `INSERT INTO dual_id.name_words (word)
     SELECT DISTINCT unnest(tsvector_to_array(search_words)) FROM dual_id.passports
     WHERE search_words IS NOT NULL AND status <> 'deleted'`,
  'CREATE INDEX name_words_word_ix ON dual_id.name_words (word)',
  trigramIndexUp({ name: 'name_words_trigrams_ix', table: 'name_words', column: 'word' }),
  keepWords(),
  releaseWords(),
  ...followingNewNames(),
  ...followingChangedNames(),
  'DROP INDEX dual_id.passports_trigrams_ix',
];

export const nameWordsDown = [
  trigramsOfNames(),
  'DROP TRIGGER passports_name_words_insert ON dual_id.passports',
  'DROP TRIGGER passports_name_words_update ON dual_id.passports',
  'DROP FUNCTION dual_id.follow_new_name()',
  'DROP FUNCTION dual_id.follow_changed_names()',
  'DROP FUNCTION dual_id.keep_name_words(text[])',
  'DROP FUNCTION dual_id.release_name_words(text[])',
  'DROP TABLE dual_id.name_words',
];

/**
 * Keeps words that are not there yet. Nobody waits: a word that somebody else brings at the same
 * time is there twice, and one that is being released counts as gone. The lock keeps those that
 * are there from being released until the name is visible. A plan made while there were few words
 * must not read through all of them later, within one long transaction.
 */
function keepWords(): string {
  return `CREATE FUNCTION dual_id.keep_name_words(words text[]) RETURNS void
    LANGUAGE plpgsql STRICT SET enable_seqscan = off AS $$
    DECLARE kept text;
    BEGIN
      FOREACH kept IN ARRAY words LOOP
        PERFORM FROM dual_id.name_words WHERE word = kept LIMIT 1 FOR KEY SHARE SKIP LOCKED;
        IF NOT FOUND THEN INSERT INTO dual_id.name_words (word) VALUES (kept); END IF;
      END LOOP;
    END $$`;
}

/**
 * Removes words that no living name contains. It looks only once it holds the lock:
 * whoever kept the word meanwhile is either seen, or has it locked, and then it stays. So it does
 * where two transactions take away its last names at once, for nobody waits, and where an older
 * snapshot could not see who has it. How to look depends on how frequent a word is, and is planned
 * for each.
 */
export function releaseWords(create = 'CREATE'): string {
  return `${create} FUNCTION dual_id.release_name_words(words text[]) RETURNS void
    LANGUAGE plpgsql STRICT AS $$
    DECLARE held record;
    BEGIN
      IF current_setting('transaction_isolation') <> 'read committed' THEN RETURN; END IF;
      FOR held IN SELECT id, word FROM dual_id.name_words
        WHERE word = ANY (words) FOR UPDATE SKIP LOCKED
      LOOP
        EXECUTE 'DELETE FROM dual_id.name_words WHERE id = $1 AND NOT EXISTS (
            SELECT FROM dual_id.passports WHERE search_words @@ $2 AND status <> ''deleted'')'
          USING held.id, quote_literal(held.word)::tsquery;
      END LOOP;
    END $$`;
}

/** Row by row, so that rows without a name pay nothing. */
function followingNewNames(): string[] {
  return [
    `CREATE FUNCTION dual_id.follow_new_name() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       PERFORM dual_id.keep_name_words(tsvector_to_array(NEW.search_words));
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER passports_name_words_insert AFTER INSERT ON dual_id.passports
       FOR EACH ROW WHEN (NEW.search_words IS NOT NULL AND NEW.status <> 'deleted')
       EXECUTE FUNCTION dual_id.follow_new_name()`,
  ];
}

/** Statement by statement: a word that a thousand names lose is looked for once. */
function followingChangedNames(): string[] {
  const wordsOf = (rows: string) => `SELECT unnest(tsvector_to_array(search_words)) FROM ${rows}
         WHERE search_words IS NOT NULL AND status <> 'deleted'`;
  return [
    `CREATE FUNCTION dual_id.follow_changed_names() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       PERFORM dual_id.keep_name_words(ARRAY(${wordsOf('changed')} EXCEPT ${wordsOf('former')}));
       PERFORM dual_id.release_name_words(ARRAY(${wordsOf('former')} EXCEPT ${wordsOf('changed')}));
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER passports_name_words_update AFTER UPDATE ON dual_id.passports
       REFERENCING OLD TABLE AS former NEW TABLE AS changed
       FOR EACH STATEMENT EXECUTE FUNCTION dual_id.follow_changed_names()`,
  ];
}
