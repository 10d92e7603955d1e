/** The name of a function in `pg_temp` for a type. */
function nameFor(type: string): string {
  return `dual_id_is_${type.replaceAll(/\W+/g, '_')}`;
}

/** SQL that is true for a text that can be cast to a type of `castTest`. */
export function castable(text: string, type: string): string {
  return `pg_temp.${nameFor(type)}(${text})`;
}

/** The function that `castable` calls: a server of version 15 has none of its own. */
export function castTest(type: string): Readonly<Record<string, string>> {
  const name = nameFor(type);
  return {
    [name]: `CREATE OR REPLACE FUNCTION pg_temp.${name}(value text) RETURNS boolean
      LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN
        PERFORM value::pg_catalog.${type};
        RETURN true;
      EXCEPTION WHEN data_exception OR program_limit_exceeded THEN RETURN false;
      END $$`,
  };
}
