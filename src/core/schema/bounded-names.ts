import { searchKey, searchWords } from './registry-search.js';

/** Bytes of a name's search key; an index takes about 2,700, and a word 2,046. */
const longestKey = 2000;

/**
 * Version 6 of the schema: names are compared by the beginning of their search key. A longer one
 * was refused by the indexes, and a longer word was cut to what was left of it modulo 2,048.
 */
export const boundedNamesUp = [
  boundedKey(),
  searchKey(bounded),
  searchWords(bounded),
  `UPDATE dual_id.passports SET search_key = dual_id.search_key(name)
     WHERE octet_length(search_key) > ${longestKey}`,
];

/** Keys that were cut stay so until their name changes. */
export const boundedNamesDown = [
  searchKey(),
  searchWords(),
  'DROP FUNCTION dual_id.bounded_key(text)',
];

function bounded(sql: string): string {
  return `dual_id.bounded_key(${sql})`;
}

/**
 * The first bytes of a key, without a part of a character and without what no key ends with. A
 * byte of the form 10xxxxxx goes on with the character before it.
 */
function boundedKey(): string {
  return `CREATE FUNCTION dual_id.bounded_key(key text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
    DECLARE
      bytes bytea;
      cut integer := ${longestKey};
    BEGIN
      IF octet_length(key) <= cut THEN RETURN key; END IF;
      bytes := convert_to(left(key, cut + 1), 'UTF8');
      WHILE get_byte(bytes, cut) & 192 = 128 LOOP cut := cut - 1; END LOOP;
      RETURN rtrim(convert_from(substring(bytes FROM 1 FOR cut), 'UTF8'), ' :');
    END $$`;
}
