import { addDualId, dropDualIdTable } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const users = {
  table: 'users',
  type: { id: 30, name: 'user' },
  startWith: 400_000,
  namedBy: ['first_name', 'last_name'],
  deletedAt: 'deleted_at',
};

/**
 * A user is erased, not removed: orders go on naming the public id of somebody who was there. An
 * address is taken only while its user is there: whoever left may come back with it. The database
 * keeps its key, whoever writes: the shop, an import or psql.
 */
export class CreateUsers1760000100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE users (
      first_name text NOT NULL,
      last_name text NOT NULL,
      email text NOT NULL,
      email_key text NOT NULL DEFAULT '',
      phone text,
      street text,
      city text,
      postal_code text,
      country text,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      deleted_at timestamptz)`);
    await addDualId(runner, users);
    await runner.query('CREATE INDEX users_created_at_ix ON users (created_at, id)');
    await runner.query(
      'CREATE UNIQUE INDEX users_email_uq ON users (email_key) WHERE deleted_at IS NULL',
    );
    await runner.query(emailKey);
    await runner.query(await keepEmailKey(runner));
    await runner.query(
      `CREATE TRIGGER users_email_key BEFORE INSERT OR UPDATE OF email, email_key ON users
       FOR EACH ROW EXECUTE FUNCTION keep_email_key()`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropDualIdTable(runner, users);
    await runner.query('DROP FUNCTION keep_email_key()');
    await runner.query('DROP FUNCTION email_key(text)');
  }
}

/** A restore of rows alone searches no schema, and the trigger has to find its function. */
async function keepEmailKey(runner: QueryRunner): Promise<string> {
  const [place] = await runner.query('SELECT quote_ident(current_schema) AS schema');
  return `CREATE FUNCTION keep_email_key() RETURNS trigger
          LANGUAGE plpgsql SET search_path = pg_catalog, ${place.schema}, pg_temp AS $$
       BEGIN
         NEW.email_key := email_key(NEW.email);
         RETURN NEW;
       END $$`;
}

/**
 * What all spellings of an address have in common: another case of any script, composed or
 * decomposed, `ss` for `ß`, characters nobody sees, its domain in ASCII. Labels of a domain that
 * are in the ASCII form of RFC 3492 are decoded; then all is folded, which upper case does where
 * lower case does not. One function and no name outside of pg_catalog in it, for a restore runs it
 * without a search path.
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
  const ranges = `00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164
    FE00-FE0F FEFF FFA0 FFF0-FFF8 0001BCA0-0001BCA3 0001D173-0001D17A 000E0000-000E0FFF`;
  return ranges
    .replaceAll(/[0-9A-F]+/g, (code) => `\\\\${code.length > 4 ? 'U' : 'u'}${code}`)
    .replaceAll(/\s+/g, '');
}
