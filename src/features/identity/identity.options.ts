import type { EntityClass } from '../../core/definition/entity-class.js';

/** Options of `IdentityModule.forRoot`. */
export interface IdentityOptions {
  /** The entity of the people and service accounts that may have rights, such as `User`. */
  readonly principal: EntityClass;
}
