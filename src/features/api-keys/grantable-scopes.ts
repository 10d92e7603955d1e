import { currentOwner, currentPrincipal } from '../../core/access/access-context.js';
import { mayUse } from '../../core/access/principal.js';
import { problem } from '../../core/errors/problem.js';

/** What a key is about to be allowed, and for whom it acts. */
interface AllowedKey {
  readonly scopes: readonly string[];
  readonly principalUuid?: string | null;
}

/**
 * The key of whoever works for an owner acts for that owner. Another principal is refused like one
 * that does not exist.
 */
export function withOwner<K extends AllowedKey>(key: K): K {
  const owner = currentOwner();
  if (owner === undefined) return key;
  const { principalUuid = null } = key;
  if (principalUuid === null || principalUuid.toLowerCase() === owner) {
    return { ...key, principalUuid: owner };
  }
  throw missingPrincipal();
}

/** The refusal of a principal who does not exist, or of somebody else's key. */
export function missingPrincipal(): Error {
  const errors = [{ pointer: '/principalUuid', detail: 'does not exist' }];
  return problem('missing_reference', { errors });
}

/**
 * Refuses scopes that the current principal lacks. The scopes of a key of one's own only limit what
 * one holds, if that is known, so that only the limits of the credential count.
 */
export function requireGrantable({ scopes, principalUuid }: AllowedKey): void {
  const by = currentPrincipal();
  if (!by) return;
  const isOwn =
    by.uuid !== null && !by.areScopesTrusted && principalUuid?.toLowerCase() === by.uuid;
  const mayGrant = (scope: string) =>
    isOwn ? by.scopes === undefined || by.scopes.has(scope) : mayUse(by, scope);
  const lacking = scopes.find((scope) => !mayGrant(scope));
  if (lacking === undefined) return;
  throw problem('forbidden', {
    detail: `A key cannot be given the scope ${JSON.stringify(lacking)}, which the caller lacks.`,
  });
}
