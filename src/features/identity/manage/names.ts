import { isPermissionName } from '../../../core/access/permission-name.js';
import type { FieldError } from '../../../core/errors/dual-id-error.js';
import { problem } from '../../../core/errors/problem.js';
import { isUuidText } from '../../../core/ids/any-uuid.js';
import { maxIdentityName } from '../entities/names.js';

/** What a new group or permission is to be. */
export interface NewIdentity {
  /** By which people recognize it; unique among its kind. A permission's is like `orders:read`. */
  readonly name: string;
  /** What it is for; empty by default. */
  readonly description?: string;
}

/** What a new role is to be. */
export interface NewRole extends NewIdentity {
  /** Whether whoever holds it owns the application; not by default. */
  readonly owner?: boolean;
}

/** Refuses what cannot be the name of a permission. */
export function requirePermissionName(name: string): void {
  if (typeof name !== 'string' || !isPermissionName(name))
    refuseName('is not the name of a permission, like orders:read');
}

/** Refuses what cannot be the name of a role or group. */
export function requireIdentityName(name: string): void {
  const isText = typeof name === 'string' && name.trim() === name && name !== '';
  if (!isText || [...name].length > maxIdentityName || /\0/.test(name)) {
    refuseName(`is not 1 to ${maxIdentityName} characters long without spaces at its ends`);
  }
}

/** A public id in lower case; refuses what is none. */
export function requireUuid(uuid: string): string {
  if (typeof uuid === 'string' && isUuidText(uuid)) return uuid.toLowerCase();
  throw problem('malformed_public_id');
}

function refuseName(detail: string): never {
  const errors: FieldError[] = [{ pointer: '/name', detail }];
  throw problem('rule_violated', { errors });
}
