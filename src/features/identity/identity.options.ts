import type { Type } from '@nestjs/common';
import type { Authenticator } from '../../core/access/authenticator.js';
import type { EntityClass } from '../../core/definition/entity-class.js';

/** Options of `IdentityModule.forRoot`. */
export interface IdentityOptions {
  /** The entity of the people and service accounts that may have rights, such as `User`. */
  readonly principal: EntityClass;
  /**
   * What recognizes people and service accounts, in the order in which they are asked: authenticators,
   * or classes of them that Nest provides. With at least one, every route needs a policy.
   */
  readonly authenticators?: readonly (Authenticator | Type<Authenticator>)[];
}
