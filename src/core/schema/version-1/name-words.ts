import { dropped } from './owner-rights.js';

const signatures = [
  'dual_id.follow_new_name()',
  'dual_id.follow_changed_names()',
  'dual_id.keep_name_words(text[])',
];

/** Triggers keep the words of living names, and release those that a name loses. */
export const nameWordsUp = [keepWords(), ...followingNewNames(), ...followingChangedNames()];

/** The triggers go with the table. */
export const nameWordsDown = [dropped(signatures)];

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
