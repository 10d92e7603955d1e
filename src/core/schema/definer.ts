/**
 * A function with the rights of the schema's owner, which finds no name of the caller's: everything
 * in it is qualified. What makes one takes EXECUTE from PUBLIC as well, for whoever may execute a
 * trigger function may put it on a temporary table, and feed it any row.
 */
export const definer = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/** Takes the right to execute a function, with its parameters' types, from everybody else. */
export function closed(signature: string): string {
  return `REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`;
}

/** True of a schema in which triggers have the rights of the owner, an SQL condition. */
export const hasRoles = `EXISTS (SELECT FROM dual_id.schema_versions
  WHERE component = 'core' AND version >= 7)`;

/**
 * Makes a function, and gives it the rights of the owner where the schema is of a version in which
 * triggers have them; an earlier one gets them with its upgrade. One statement does both, so that
 * nobody meets the function in between.
 */
export function makeDefiner(create: string, signature: string): string {
  return `DO $make$ BEGIN
    ${create};
    IF ${hasRoles} THEN
      ALTER FUNCTION ${signature} ${definer};
      ${closed(signature)};
    END IF;
  END $make$`;
}

/** Takes it for all functions of the schema that have the rights of their owner. */
export const closeDefiners = `DO $do$ DECLARE closed regprocedure; BEGIN
  FOR closed IN SELECT oid FROM pg_proc
    WHERE pronamespace = 'dual_id'::regnamespace AND prosecdef
  LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', closed); END LOOP;
END $do$`;
