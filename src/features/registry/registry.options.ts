import type { ApiAccess } from '../../core/access/api-access.js';

/** Options of `RegistryModule.forRoot`. */
export interface RegistryOptions {
  /**
   * Enables the routes that list, search and count, which show names to everyone who may call them.
   * Without this option these routes do not exist.
   */
  readonly api?: ApiAccess;
  /**
   * Who may resolve public ids. Everyone who can reach the API by default; with access control,
   * where passports have no owner, it has to be said.
   */
  readonly resolve?: ApiAccess;
}
