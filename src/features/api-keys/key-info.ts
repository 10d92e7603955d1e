import type { Row } from '../../core/database/row.js';

/** What people may see of a key: everything but its token and its hash. */
export interface KeyInfo {
  readonly uuid: string;
  readonly name: string;
  /** The beginning of the token, by which people recognize it. */
  readonly start: string;
  readonly environment: string;
  readonly scopes: readonly string[];
  readonly principalUuid: string | null;
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
  k.imported_from, k.created_at, k.expires_at, k.revoked_at, k.rotated_at, k.grace_until,
  (SELECT r.uuid FROM dual_id.api_keys r WHERE r.id = k.replaced_by_id), k.last_used_at`;

export function readInfo(row: Row): KeyInfo {
  const [uuid, name, start, environment, scopes, principalUuid, importedFrom] = row as string[];
  const [createdAt, expiresAt, revokedAt, rotatedAt, graceUntil] = row.slice(7, 12) as Date[];
  const [replacedByUuid, lastUsedAt] = row.slice(12) as [string | null, Date | null];
  const words = { uuid, name, start, environment, scopes, principalUuid, importedFrom };
  const times = { createdAt, expiresAt, revokedAt, rotatedAt, graceUntil };
  return { ...words, ...times, replacedByUuid, lastUsedAt } as unknown as KeyInfo;
}
