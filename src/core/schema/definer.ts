import { dollarQuoted } from '../sql/quoting.js';

/**
 * A function with the rights of the schema's owner, which resolves no name through the caller's
 * search path: everything in it is qualified. Code that creates one also revokes EXECUTE from
 * PUBLIC, because a role that may execute a trigger function may put it on a temporary table and
 * feed it any row.
 */
export const definer = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp';

/** Takes the right to execute a function, with its parameters' types, from everybody else. */
export function revokeFromPublic(signature: string): string {
  return `REVOKE EXECUTE ON FUNCTION ${signature} FROM PUBLIC`;
}

/** Makes such a function and closes it in one statement, so that nobody meets it in between. */
export function makeDefiner(create: string, signature: string): string {
  return `DO ${dollarQuoted(`BEGIN
    ${create};
    ${revokeFromPublic(signature)};
  END`)}`;
}
