/**
 * The rights of the schema's owner, for a function that finds no name of the caller's: everything
 * in it is qualified.
 */
export const definer = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/**
 * Takes EXECUTE on functions with the owner's rights from PUBLIC: whoever may execute a trigger
 * function may put it on a temporary table, and feed it any row.
 */
export function closed(signatures: readonly string[]): string {
  return `REVOKE EXECUTE ON FUNCTION ${signatures.join(', ')} FROM PUBLIC`;
}

/** Drops functions, each named with the types of its parameters. */
export function dropped(signatures: readonly string[]): string {
  return `DROP FUNCTION ${signatures.join(', ')}`;
}
