import type { PublicId } from 'nest-dual-id';
import { currentOwner } from 'nest-dual-id';
import type { User } from '../users/user.entity.js';

/** Whether the running work may be done for a user: unrestricted work for each of them. */
export function mayActFor(user: PublicId<User>): boolean {
  const owner = currentOwner();
  return owner === undefined || owner === user.toLowerCase();
}
