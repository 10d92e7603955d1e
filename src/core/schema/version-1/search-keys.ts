import { dropped } from './owner-rights.js';

/** Names as the search compares them, kept beside the names by triggers. */
export const searchKeysUp = [boundedKey(), searchKey(), searchWords(), ...followingName()];

/** The triggers go with the table. */
export const searchKeysDown = [
  dropped([
    'dual_id.follow_search_key()',
    'dual_id.search_words(text)',
    'dual_id.search_key(text)',
    'dual_id.bounded_key(text)',
  ]),
];

/**
 * The first 2,000 bytes of a key, without a part of a character and without what no key ends with.
 * An index takes about 2,700 bytes, and a word 2,046; a longer word would be cut to what is left of
 * it modulo 2,048. A byte of the form 10xxxxxx goes on with the character before it.
 */
function boundedKey(): string {
  return `CREATE FUNCTION dual_id.bounded_key(key text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
      bytes bytea;
      cut integer := 2000;
    BEGIN
      IF octet_length(key) <= cut THEN RETURN key; END IF;
      bytes := convert_to(left(key, cut + 1), 'UTF8');
      WHILE get_byte(bytes, cut) & 192 = 128 LOOP cut := cut - 1; END LOOP;
      RETURN rtrim(convert_from(substring(bytes FROM 1 FOR cut), 'UTF8'), ' :');
    END $$`;
}

/**
 * The form in which names are compared: no case, no accents, single spaces and colons, none of
 * them at the ends. It rests on what never changes; the extension unaccent reads a file that may.
 */
function searchKey(): string {
  const plain = `CASE WHEN octet_length(name) = char_length(name) THEN lower(name)
    ELSE replace(replace(replace(translate(
      lower(regexp_replace(normalize(name, NFKD), '[\\u0300-\\u036f]+', '', 'g')),
      'øłđħı', 'oldhi'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe') END`;
  const spaced = `regexp_replace(${plain}, '\\s+', ' ', 'g')`;
  const key = `btrim(regexp_replace(${spaced}, ':{2,}', ':', 'g'), ' :')`;
  return `CREATE FUNCTION dual_id.search_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN dual_id.bounded_key(${key})`;
}

/** The words of a search key, cut at whatever is no letter, number or other sign of a word. */
function searchWords(): string {
  return `CREATE FUNCTION dual_id.search_words(search_key text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(
      regexp_split_to_array(dual_id.bounded_key(search_key), '[\\s[:punct:]]+'), ''))`;
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
