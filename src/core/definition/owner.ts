import { problem } from '../errors/problem.js';
import type { EntityClass } from './entity-class.js';

const ownerKey = Symbol('nest-dual-id:owner');

/** The owner of an entity that owns itself, such as a user. */
export const ownSelf = 'self';

/**
 * Declares to whom the rows of an entity belong: over which to-one relations the owner is reached,
 * such as `user` or `order.user`. It is for entities without a public id, such as the lines of an
 * order; `@DualId` and `@GuidId` take the same as their option `owner`.
 */
export function OwnedBy(owner: string) {
  return (target: EntityClass): void => {
    const other = Reflect.getOwnMetadata(ownerKey, target) as string | undefined;
    if (other !== undefined && other !== owner) {
      throw problem('setup_refused', {
        detail: `${target.name} declares the owners ${other} and ${owner}; keep one of them.`,
      });
    }
    Reflect.defineMetadata(ownerKey, owner, target);
  };
}

/** The owner that an entity class declares, or undefined if its rows belong to nobody. */
export function declaredOwner(target: object | string): string | undefined {
  if (typeof target === 'string') return undefined;
  return Reflect.getMetadata(ownerKey, target) as string | undefined;
}
