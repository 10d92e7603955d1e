import { trigramIndexUp } from './trigram-index.js';

/**
 * Version 2 of the schema: what records, lists and the search need. Names are kept once more as
 * the search compares them; the statistics answer counts without a scan.
 */
export const registrySearchUp = [
  'CREATE EXTENSION IF NOT EXISTS pg_trgm',
  `ALTER TABLE dual_id.platform_types
     ADD COLUMN record boolean NOT NULL DEFAULT false,
     ADD COLUMN unique_names boolean NOT NULL DEFAULT false,
     ADD COLUMN delete_policy text NOT NULL DEFAULT 'tombstone',
     ADD CONSTRAINT platform_types_record_ck CHECK (guid OR NOT record),
     ADD CONSTRAINT platform_types_delete_policy_ck
       CHECK (delete_policy IN ('restrict', 'tombstone'))`,
  `ALTER TABLE dual_id.passports
     ADD COLUMN description text,
     ADD COLUMN natural_key text COLLATE "C",
     ADD COLUMN search_key text COLLATE "C",
     ADD COLUMN search_words tsvector,
     ADD CONSTRAINT passports_id_uuid_uq UNIQUE (id, uuid)`,
  searchKey(),
  searchWords(),
  `UPDATE dual_id.passports SET search_key = dual_id.search_key(name),
     search_words = dual_id.search_words(dual_id.search_key(name)) WHERE name IS NOT NULL`,
  ...followingName(),
  `CREATE UNIQUE INDEX passports_natural_key_uq
     ON dual_id.passports (platform_type_id, natural_key) WHERE natural_key IS NOT NULL`,
  `CREATE INDEX passports_created_at_ix ON dual_id.passports (status, created_at, id)`,
  `CREATE INDEX passports_type_created_at_ix
     ON dual_id.passports (platform_type_id, status, created_at, id)`,
  `CREATE INDEX passports_search_key_ix
     ON dual_id.passports (status, search_key, id) WHERE search_key IS NOT NULL`,
  `CREATE INDEX passports_type_search_key_ix
     ON dual_id.passports (platform_type_id, status, search_key, id)
     WHERE search_key IS NOT NULL`,
  `CREATE INDEX passports_words_ix ON dual_id.passports
     USING gin (search_words) WITH (fastupdate = off)
     WHERE search_words IS NOT NULL AND status <> 'deleted'`,
  trigramsOfNames(),
  `CREATE STATISTICS dual_id.passports_type_status_st (mcv)
     ON platform_type_id, status FROM dual_id.passports`,
];

export const registrySearchDown = [
  'DROP STATISTICS dual_id.passports_type_status_st',
  'DROP INDEX dual_id.passports_created_at_ix',
  'DROP INDEX dual_id.passports_type_created_at_ix',
  'DROP TRIGGER passports_search_key_insert ON dual_id.passports',
  'DROP TRIGGER passports_search_key_update ON dual_id.passports',
  'DROP FUNCTION dual_id.follow_search_key()',
  `ALTER TABLE dual_id.passports
     DROP CONSTRAINT passports_id_uuid_uq,
     DROP COLUMN description,
     DROP COLUMN natural_key,
     DROP COLUMN search_key,
     DROP COLUMN search_words`,
  'DROP FUNCTION dual_id.search_words(text)',
  'DROP FUNCTION dual_id.search_key(text)',
  `ALTER TABLE dual_id.platform_types
     DROP COLUMN record,
     DROP COLUMN unique_names,
     DROP COLUMN delete_policy`,
];

/** SQL of a text that is cut where it is too long; version 6 of the schema is the first that cuts. */
type Bounded = (sql: string) => string;

/**
 * The form in which names are compared: no case, no accents, single spaces and colons, none of
 * them at the ends. It rests on what never changes; the extension unaccent reads a file that may.
 */
export function searchKey(bounded: Bounded = (sql) => sql): string {
  const plain = `CASE WHEN octet_length(name) = char_length(name) THEN lower(name)
    ELSE replace(replace(replace(translate(
      lower(regexp_replace(normalize(name, NFKD), '[\\u0300-\\u036f]+', '', 'g')),
      'øłđħı', 'oldhi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe') END`;
  const spaced = `regexp_replace(${plain}, '\\s+', ' ', 'g')`;
  const key = `btrim(regexp_replace(${spaced}, ':{2,}', ':', 'g'), ' :')`;
  return `CREATE OR REPLACE FUNCTION dual_id.search_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ${bounded(key)}`;
}

/** The words of a search key, cut at whatever is no letter, number or other sign of a word. */
export function searchWords(bounded: Bounded = (sql) => sql): string {
  return `CREATE OR REPLACE FUNCTION dual_id.search_words(search_key text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(
      regexp_split_to_array(${bounded('search_key')}, '[\\s[:punct:]]+'), ''))`;
}

/** Whoever writes a name, a trigger of the registry keeps its search key; unnamed rows pay nothing. */
function followingName(): string[] {
  return [
    `CREATE FUNCTION dual_id.follow_search_key() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       NEW.search_key := dual_id.search_key(NEW.name);
       NEW.search_words := dual_id.search_words(NEW.search_key);
       RETURN NEW;
     END $$`,
    `CREATE TRIGGER passports_search_key_insert BEFORE INSERT ON dual_id.passports
       FOR EACH ROW WHEN (NEW.name IS NOT NULL OR NEW.search_key IS NOT NULL)
       EXECUTE FUNCTION dual_id.follow_search_key()`,
    `CREATE TRIGGER passports_search_key_update
       BEFORE UPDATE OF name, search_key, search_words ON dual_id.passports
       FOR EACH ROW WHEN ((OLD.name, OLD.search_key, OLD.search_words)
         IS DISTINCT FROM (NEW.name, NEW.search_key, NEW.search_words))
       EXECUTE FUNCTION dual_id.follow_search_key()`,
  ];
}

/** The index of whole names, which version 3 of the schema does without. */
export function trigramsOfNames(): string {
  return trigramIndexUp({
    name: 'passports_trigrams_ix',
    table: 'passports',
    column: 'search_key',
    where: `search_key IS NOT NULL AND status <> 'deleted'`,
  });
}
