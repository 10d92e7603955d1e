import type { PublicId } from 'nest-dual-id';
import { currentOwner } from 'nest-dual-id';
import type { User } from '../users/user.entity.js';

/** Whether the running work may be done for a user: any user, or none but its own. */
export function mayActFor(user: PublicId<User>): boolean {
  const owner = currentOwner();
  return owner === undefined || owner === user.toLowerCase();
}
