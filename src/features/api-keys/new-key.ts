import type { OwnerRow } from '../../core/access/owner-row.js';
import { requireOwnerRow } from '../../core/access/owner-row.js';
import { problem } from '../../core/errors/problem.js';
import { isUuidText } from '../../core/ids/any-uuid.js';

/** What a new key is to be. */
export interface NewKey {
  /** By which people recognize the key, such as `nightly export`. */
  readonly name: string;
  /** What it entitles to, in words of the application. */
  readonly scopes: readonly string[];
  /** When it ends; never by default. */
  readonly expiresAt?: Date | null;
  /** The public id of the person or service account that it acts for; nobody by default. */
  readonly principalUuid?: string | null;
  /**
   * The row that a guest gets access to, instead of a principal. The scopes are then purposes that
   * routes name, and there have to be some and an end.
   */
  readonly guestOf?: OwnerRow | null;
}

/** A key that another system has issued. */
export interface ImportedKey extends NewKey {
  /** The name of its pattern in the option `imported`. */
  readonly from: string;
  /** The SHA-256 of the whole token, 64 hexadecimal digits. */
  readonly sha256: string;
  /** The beginning of the token, if it is known and may be shown; empty by default. */
  readonly start?: string;
}

/** How a key is rotated. */
export interface RotateOptions {
  /** Milliseconds for which the old key is still valid, up to a year. */
  readonly grace: number;
  /** When the new key ends; when the old one does by default. */
  readonly expiresAt?: Date | null;
}

/** Which keys are listed. */
export interface ListKeysOptions {
  /** Only those that act for this person or service account. */
  readonly principalUuid?: string;
  /** Only those that are guests of this row. */
  readonly guestOf?: OwnerRow;
  /** Only older ones than this key, the last of the list before. */
  readonly after?: string;
  /** At most so many, 100 by default and 1000 at most. */
  readonly limit?: number;
}

/** The maximum length of a key's name, of the list of its scopes and of each of these. */
export const maxName = 200;
export const maxScopes = 100;
export const maxScope = 100;
const maxStart = 16;

/** Refuses what no key can be. */
export function requireNewKey({ name, scopes, expiresAt, principalUuid, guestOf }: NewKey): void {
  if (!isText(name, maxName))
    refuseKey(`The name of a key is not 1 to ${maxName} characters long.`);
  if (!Array.isArray(scopes) || scopes.length > maxScopes) {
    refuseKey(`The scopes of a key are not a list of up to ${maxScopes} texts.`);
  }
  if (!scopes.every((scope) => isText(scope, maxScope))) {
    refuseKey(`A scope is not 1 to ${maxScope} characters long.`);
  }
  requireExpiry(expiresAt);
  if (principalUuid != null && !isUuidText(principalUuid))
    refuseKey('The principal is not a UUID.');
  if (guestOf == null) return;
  requireOwnerRow(guestOf);
  if (principalUuid != null) refuseKey('The key of a guest has a principal as well.');
  if (scopes.length === 0) refuseKey('The key of a guest has no scopes, which are its purposes.');
  if (expiresAt == null) refuseKey('The key of a guest has no end. Give it expiresAt.');
}

/** Refuses what is no time. Whether it is in the future is for the clock of the database to say. */
export function requireExpiry(expiresAt: Date | null | undefined): void {
  if (expiresAt == null) return;
  if (!(expiresAt instanceof Date) || Number.isNaN(expiresAt.getTime())) {
    refuseKey('The expiry of a key is not a valid date.');
  }
}

/** Refuses what is no hash of a foreign token, or more of the token than may be shown. */
export function requireImportedKey({ sha256, start = '' }: ImportedKey): void {
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) {
    refuseKey('The sha256 of an imported key is not 64 hexadecimal digits.');
  }
  if (start !== '' && !isText(start, maxStart)) {
    refuseKey(`The start of an imported key is not a text of up to ${maxStart} characters.`);
  }
}

const yearMilliseconds = 366 * 86_400_000;

/** Refuses a grace that is no number of milliseconds up to a year. */
export function requireRotation({ grace, expiresAt }: RotateOptions): void {
  if (!Number.isInteger(grace) || grace < 0 || grace > yearMilliseconds) {
    refuseKey('The grace of a rotation is not a whole number of milliseconds up to a year.');
  }
  requireExpiry(expiresAt);
}

function isText(value: unknown, max: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= max && !/\0/.test(value);
}

function refuseKey(detail: string): never {
  throw problem('misuse', { detail });
}
