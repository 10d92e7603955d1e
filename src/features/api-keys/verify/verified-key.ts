import type { Credential } from '../../../core/access/authenticator.js';
import { fixedSet } from '../../../core/access/fixed-set.js';
import type { OwnerRow } from '../../../core/access/owner-row.js';

/** What a valid token entitles to. */
export interface VerifiedKey {
  /** The public id of the key. */
  readonly uuid: string;
  readonly scopes: readonly string[];
  /** The public id of the person or service account that the key acts for, if it has one. */
  readonly principalUuid: string | null;
  /** The row of which the key is a guest, if it is one. */
  readonly guestOf: OwnerRow | null;
  readonly environment: string;
  readonly expiresAt: Date | null;
}

/**
 * Why a token is not valid: it is no token, no key has it, or the key is revoked or expired. Only
 * whoever has the right secret is told about the last two.
 */
export type KeyRefusal = 'malformed' | 'unknown' | 'revoked' | 'expired';

/** How a token is verified. */
export interface VerifyOptions {
  /** Whether it counts as a use of the key, which notes the time; so it does by default. */
  readonly isUse?: boolean;
}

/** A valid key as it is kept: what requests are told of it, none of which can change it. */
export interface KeptKey {
  readonly key: VerifiedKey;
  /** The same object for all requests, so that what was made of it once need not be made again. */
  readonly credential: Credential;
}

/** The form in which a key is kept. */
export function keptKey(key: VerifiedKey): KeptKey {
  const { uuid, principalUuid, guestOf, scopes } = key;
  const credential = { principalUuid, keyUuid: uuid, scopes: fixedSet(scopes) };
  return { key, credential: Object.freeze(guestOf ? { ...credential, guestOf } : credential) };
}

/** What a kept key proves, or why there is none. */
export function proofOf(found: KeptKey | KeyRefusal): Credential | KeyRefusal {
  return typeof found === 'string' ? found : found.credential;
}

/** The key for a caller. Whoever changes what they get changes it for nobody else. */
export function ownCopy(found: KeptKey | KeyRefusal): VerifiedKey | KeyRefusal {
  if (typeof found === 'string') return found;
  const { expiresAt } = found.key;
  return { ...found.key, expiresAt: expiresAt && new Date(expiresAt) };
}
