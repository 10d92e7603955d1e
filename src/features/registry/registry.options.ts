import type { ApiAccess } from './api/api-access.js';

/** Options of `RegistryModule.forRoot`. */
export interface RegistryOptions {
  /**
   * Switches on the routes that list, search and count, which tell names to whoever may call them.
   * The guards stand before each of them; `open` says that whoever reaches the API may. Without
   * the option there is no such route.
   */
  readonly api?: ApiAccess;
}
