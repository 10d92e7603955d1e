import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * An email address is taken however it is written: in another case of any script, composed or
 * decomposed, with `ss` for `ß`, with characters nobody sees, or with its domain in ASCII. The
 * database keeps what all spellings have in common, whoever writes: the shop, an import or psql.
 *
 * Of users who are there with one address in several spellings, the first one has it. The others
 * stay as they are, and need an address of their own when they change it.
 */
export class KeyEmails1760003500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(emailKey);
    await runner.query(`ALTER TABLE users ADD COLUMN email_key text NOT NULL DEFAULT ''`);
    await runner.query(
      `UPDATE users u SET email_key = k.key || CASE WHEN k.place > 1 THEN ' ' || u.uuid ELSE '' END
       FROM (SELECT id, key, row_number() OVER (PARTITION BY key, deleted_at IS NULL ORDER BY id) AS place
             FROM (SELECT id, deleted_at, email_key(email) AS key FROM users) keyed) k
       WHERE u.id = k.id`,
    );
    await runner.query(
      `CREATE FUNCTION keep_email_key() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         NEW.email_key := email_key(NEW.email);
         RETURN NEW;
       END $$`,
    );
    // A restore of rows alone searches no schema, and the trigger has to find its function.
    await runner.query(
      `DO $do$ BEGIN EXECUTE format(
         'ALTER FUNCTION keep_email_key() SET search_path = pg_catalog, %I, pg_temp', current_schema);
       END $do$`,
    );
    await runner.query(
      `CREATE TRIGGER users_email_key BEFORE INSERT OR UPDATE OF email, email_key ON users
       FOR EACH ROW EXECUTE FUNCTION keep_email_key()`,
    );
    await runner.query('DROP INDEX users_email_uq');
    await runner.query(
      'CREATE UNIQUE INDEX users_email_uq ON users (email_key) WHERE deleted_at IS NULL',
    );
    await leaveRoomForHistory(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX users_email_uq');
    await runner.query(
      'CREATE UNIQUE INDEX users_email_uq ON users (lower(email)) WHERE deleted_at IS NULL',
    );
    await runner.query('DROP TRIGGER users_email_key ON users');
    await runner.query('DROP FUNCTION keep_email_key()');
    await runner.query('ALTER TABLE users DROP COLUMN email_key');
    await runner.query('DROP FUNCTION email_key(text)');
  }
}

/**
 * History brings the numbers of its departments and aisles along, which start at 1: what the shop
 * makes itself starts at 1000. There is no way back, for no number may be given twice.
 */
async function leaveRoomForHistory(runner: QueryRunner): Promise<void> {
  for (const table of ['departments', 'aisles']) {
    await runner.query(`SELECT dual_id.advance_sequence('${table}', 'id', 1000)`);
  }
}

/**
 * Labels of a domain that are in the ASCII form of RFC 3492 are decoded; then all is folded, which
 * upper case does where lower case does not. One function and no name outside of pg_catalog in it,
 * for a restore runs it without a search path.
 */
const emailKey = `
  CREATE FUNCTION email_key(address text) RETURNS text
  LANGUAGE plpgsql IMMUTABLE STRICT AS $$
  DECLARE
    at integer := length(address) - strpos(reverse(address), '@') + 1;
    labels text[] := string_to_array(
      translate(lower(normalize(substr(address, at + 1), NFKC)), E'\\u3002', '.'), '.');
    label text;
    decoded integer[];
    digits text;
    code integer; position integer; bias integer; old_position integer;
    weight integer; digit integer; threshold integer; k integer; delta integer; size integer;
    key text;
  BEGIN
    FOR n IN 1 .. coalesce(array_length(labels, 1), 0) LOOP
      label := labels[n];
      CONTINUE WHEN label !~ '^xn--[a-z0-9-]{1,59}$';
      label := substr(label, 5);
      decoded := '{}';
      digits := label;
      IF strpos(label, '-') > 0 THEN
        digits := substring(label FROM '[^-]*$');
        FOREACH key IN ARRAY string_to_array(
          left(label, length(label) - length(digits) - 1), NULL) LOOP
          decoded := decoded || ascii(key);
        END LOOP;
      END IF;
      code := 128; position := 0; bias := 72;
      BEGIN
        WHILE digits <> '' LOOP
          old_position := position; weight := 1; k := 36;
          LOOP
            digit := strpos('abcdefghijklmnopqrstuvwxyz0123456789', left(digits, 1)) - 1;
            IF digits = '' THEN RAISE data_exception; END IF;
            digits := substr(digits, 2);
            position := position + digit * weight;
            threshold := least(greatest(k - bias, 1), 26);
            EXIT WHEN digit < threshold;
            weight := weight * (36 - threshold);
            k := k + 36;
          END LOOP;
          size := cardinality(decoded) + 1;
          delta := (position - old_position) / CASE WHEN old_position = 0 THEN 700 ELSE 2 END;
          delta := delta + delta / size;
          k := 0;
          WHILE delta > 455 LOOP
            delta := delta / 35;
            k := k + 36;
          END LOOP;
          bias := k + 36 * delta / (delta + 38);
          code := code + position / size;
          position := position % size;
          PERFORM chr(code);
          decoded := decoded[:position] || code || decoded[position + 1:];
          position := position + 1;
        END LOOP;
        SELECT string_agg(chr(c), '' ORDER BY place) INTO label
        FROM unnest(decoded) WITH ORDINALITY AS d (c, place);
        labels[n] := label;
      EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
        NULL;
      END;
    END LOOP;
    key := left(address, at - 1) || '@' || array_to_string(labels, '.');
    key := regexp_replace(normalize(key, NFKC), E'[${invisible()}]', '', 'g');
    key := lower(upper(lower(key COLLATE "und-x-icu")));
    RETURN normalize(key, NFKC);
  END $$`;

/** The characters of Unicode that have no shape of their own, for a pattern of PostgreSQL. */
function invisible(): string {
  const ranges = [
    ['00AD'],
    ['034F'],
    ['061C'],
    ['115F', '1160'],
    ['17B4', '17B5'],
    ['180B', '180F'],
    ['200B', '200F'],
    ['202A', '202E'],
    ['2060', '206F'],
    ['3164'],
    ['FE00', 'FE0F'],
    ['FEFF'],
    ['FFA0'],
    ['FFF0', 'FFF8'],
    ['0001BCA0', '0001BCA3'],
    ['0001D173', '0001D17A'],
    ['000E0000', '000E0FFF'],
  ];
  const escape = (code: string) => `\\\\${code.length > 4 ? 'U' : 'u'}${code}`;
  return ranges.map((range) => range.map(escape).join('-')).join('');
}
