import type { OwnerRow } from './owner-row.js';

/** Who makes a request, and what they may do. */
export interface Principal {
  /**
   * The public id of the person or service account; null for a key that acts for nobody, and for a
   * guest.
   */
  readonly uuid: string | null;
  /** The row that a guest has access to, with what hangs below it. */
  readonly guestOf?: OwnerRow;
  /** The public id of the API key that was sent, if one was. */
  readonly keyUuid?: string;
  /** What the credential is limited to; undefined if it has no limit. */
  readonly scopes: ReadonlySet<string> | undefined;
  /** The permissions that the principal holds, whatever the credential is limited to. */
  readonly permissions: ReadonlySet<string>;
  /** Whether nothing knows the permissions, so that the scopes are taken for them. */
  readonly areScopesTrusted?: true;
}

/** Whether a principal holds a permission and its credential may use it. */
export function mayUse({ permissions, scopes }: Principal, permission: string): boolean {
  return permissions.has(permission) && (scopes === undefined || scopes.has(permission));
}
