import type { ApiAccess, OwnApiAccess } from '../../core/access/api-access.js';

/** Options of `RegistryModule.forRoot`. */
export interface RegistryOptions {
  /**
   * Enables the routes that list, search and count, which show names to everyone who may call them.
   * Without this option these routes do not exist.
   */
  readonly api?: ApiAccess;
  /**
   * The permissions that names of some types need besides that of `api`, by the names of the types.
   * Without a `type`, lists, searches and counts need all of them.
   */
  readonly types?: Readonly<Record<string, string>>;
  /**
   * Who may resolve public ids. Everyone who can reach the API by default; with access control,
   * it has to be said: `ownOr` lets owners resolve the public ids of their own rows.
   */
  readonly resolve?: OwnApiAccess;
}
