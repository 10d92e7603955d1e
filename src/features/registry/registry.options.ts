import type { ApiAccess, OwnApiAccess } from '../../core/access/api-access.js';

/** Options of `RegistryModule.forRoot`. */
export interface RegistryOptions {
  /**
   * Enables the routes that list, search and count, which show names to everyone who may call them.
   * Without this option these routes do not exist.
   */
  readonly api?: ApiAccess;
  /**
   * Who may resolve public ids. Everyone who can reach the API by default; with access control,
   * it has to be said: `ownOr` lets owners resolve the public ids of their own rows.
   */
  readonly resolve?: OwnApiAccess;
}
