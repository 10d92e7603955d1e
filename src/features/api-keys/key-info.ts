import type { Row } from '../../core/database/row.js';
import { problem } from '../../core/errors/problem.js';
import { isUuidText } from '../../core/ids/any-uuid.js';

/** What people may see of a key: everything but its token and its hash. */
export interface KeyInfo {
  readonly uuid: string;
  readonly name: string;
  /** The beginning of the token, by which people recognize it. */
  readonly start: string;
  readonly environment: string;
  readonly scopes: readonly string[];
  readonly principalUuid: string | null;
  /** The row that a guest has access to: its platform type, by name, and its public id. */
  readonly guestOf: { readonly type: string; readonly uuid: string } | null;
  /** The name of the pattern that an imported key was declared under. */
  readonly importedFrom: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly rotatedAt: Date | null;
  /** Until when a rotated key is still valid. */
  readonly graceUntil: Date | null;
  /** The public id of the key that replaced a rotated one. */
  readonly replacedByUuid: string | null;
  /** Accurate to about a minute. */
  readonly lastUsedAt: Date | null;
}

/** The columns of a row `k`, in the order in which `readInfo` reads them. */
export const infoColumns = `k.uuid, k.name, k.start, k.environment, k.scopes, k.principal_uuid,
  (SELECT t.name FROM dual_id.platform_types t WHERE t.id = k.principal_type), k.imported_from, k.created_at, k.expires_at, k.revoked_at, k.rotated_at, k.grace_until,
  (SELECT r.uuid FROM dual_id.api_keys r WHERE r.id = k.replaced_by_id), k.last_used_at`;

export function readInfo(row: Row): KeyInfo {
  const [uuid, name, start, environment, scopes, actsFor, type, importedFrom] = row as string[];
  const [createdAt, expiresAt, revokedAt, rotatedAt, graceUntil] = row.slice(8, 13) as Date[];
  const [replacedByUuid, lastUsedAt] = row.slice(13) as [string | null, Date | null];
  // Whoever takes a principal for a person must not find a row there.
  const isGuest = type != null;
  const principalUuid = isGuest ? null : actsFor;
  const guestOf = isGuest ? { type, uuid: actsFor } : null;
  const words = { uuid, name, start, environment, scopes, principalUuid, guestOf, importedFrom };
  const times = { createdAt, expiresAt, revokedAt, rotatedAt, graceUntil };
  return { ...words, ...times, replacedByUuid, lastUsedAt } as unknown as KeyInfo;
}

/** A public id that somebody wrote, in lower case; refuses anything else. */
export function requireUuidText(uuid: string): string {
  if (typeof uuid === 'string' && isUuidText(uuid)) return uuid.toLowerCase();
  throw problem('malformed_public_id');
}
