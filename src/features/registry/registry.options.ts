import type { ApiAccess } from './api/api-access.js';

/** Options of `RegistryModule.forRoot`. */
export interface RegistryOptions {
  /**
   * Enables the routes that list, search and count, which show names to everyone who may call them.
   * The guards run before each of them; `open` lets in everyone who can reach the API. Without this
   * option these routes do not exist.
   */
  readonly api?: ApiAccess;
}
