import {
  currentOwner,
  currentOwnerRow,
  currentPrincipal,
} from '../../core/access/access-context.js';
import type { Principal } from '../../core/access/principal.js';
import { mayUse } from '../../core/access/principal.js';
import { problem } from '../../core/errors/problem.js';

/** What a key is about to be allowed, and for whom it acts. */
interface AllowedKey {
  readonly scopes: readonly string[];
  readonly principalUuid?: string | null;
  /** The row that it is a guest of, if it is one. */
  readonly guestOf?: object | null;
}

/**
 * The key of whoever works for an owner acts for that owner, or is a guest of an own row. Another
 * principal is refused like one that does not exist.
 */
export function withOwner<K extends AllowedKey>(key: K): K {
  const owner = currentOwner();
  if (owner === undefined) return key;
  const { principalUuid = null } = key;
  const row = currentOwnerRow();
  if (row && principalUuid === null) return { ...key, guestOf: key.guestOf ?? row };
  if (!row && key.guestOf) return key;
  if (!row && (principalUuid === null || principalUuid.toLowerCase() === owner)) {
    return { ...key, principalUuid: owner };
  }
  throw missingPrincipal();
}

/** The refusal of a principal, or of a row, that does not exist or is somebody else's. */
export function missingPrincipal(name: 'principalUuid' | 'guestOf' = 'principalUuid'): Error {
  const errors = [{ pointer: `/${name}`, detail: 'does not exist' }];
  return problem('missing_reference', { errors });
}

/**
 * Refuses scopes that the current principal lacks. The scopes of a key of one's own only limit what
 * one holds, if that is known, so that only the limits of the credential count; so they do for a
 * guest of an own row, whom no scope gives a permission. Guests make guests alone.
 */
export function requireGrantable(key: AllowedKey): void {
  const by = currentPrincipal();
  if (!by) return;
  const { scopes, guestOf } = key;
  if (by.guestOf && !guestOf) {
    throw problem('forbidden', { detail: 'A guest cannot create a key for anybody else.' });
  }
  const isOwn = guestOf ? worksForItself(by) : isOwnKey(key, by);
  const isWithin = (scope: string) => by.scopes === undefined || by.scopes.has(scope);
  const mayGrant = (scope: string) => (isOwn ? isWithin(scope) : mayUse(by, scope));
  const lacking = scopes.find((scope) => !mayGrant(scope));
  if (lacking === undefined) return;
  const who = isWithin(lacking)
    ? 'the caller does not hold the permission of that name'
    : 'the credentials of the request do not have it among theirs';
  throw problem('forbidden', {
    detail: `A key cannot be given the scope ${JSON.stringify(lacking)}: ${who}.`,
  });
}

function isOwnKey({ principalUuid }: AllowedKey, by: Principal): boolean {
  return by.uuid !== null && !by.areScopesTrusted && principalUuid?.toLowerCase() === by.uuid;
}

/** Whether the running work sees nothing but what is the principal's, so that a row of it is too. */
function worksForItself({ uuid, guestOf }: Principal): boolean {
  const self = guestOf?.uuid ?? uuid;
  return self !== null && self === currentOwner();
}
